import { InvalidToken } from '@eyrie/guard';

/** The one error for every token that is not active. */
export const unknownToken = (): InvalidToken =>
  new InvalidToken('The access token is unknown, expired or revoked');
