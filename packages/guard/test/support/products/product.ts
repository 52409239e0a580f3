import type { ProfileName } from '@eyrie/guard';

/** A token as a product issues it: the header beside `alg`, and the claims beside `iss`, `iat` and `exp`. */
export interface TokenShape {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The tokens of a product: an access token of a person, one of a client, and what must not pass. */
export interface ProductTokens {
  readonly profile: ProfileName;
  readonly audience: string;
  readonly person: TokenShape;
  readonly machine: TokenShape;
  /** What the guard reads of the person's token. */
  readonly read: { readonly clientId: string; readonly scopes: string[]; readonly roles: string[] };
  /** Other tokens of the product, for the same audience. */
  readonly others: Readonly<Record<string, TokenShape>>;
}

export const JWT = { typ: 'JWT' };
export const UNTYPED = { typ: undefined };
/** The claims of an ID token in general. */
export const SIGNED_IN = {
  nonce: 'n-0S6_WzA2Mj',
  auth_time: 1_700_000_000,
  at_hash: 'bOtvmHPmTQuFPvDJ2pUFcA',
};
export const CONTACTS = 'https://contacts.example.com';
