import type { AccessToken } from '../token/access-token.js';
import type { CarrierRequest } from './credentials.js';

/** A cookie that contains the token. */
export interface TokenCookie {
  /** The name of the cookie. */
  cookie: string;
}

/** Finds the token in a request, without a scheme; `undefined` if there is none. */
export type TokenReader = (request: CarrierRequest) => string | undefined;

/**
 * A check of the service's own, after all others. It returns true, or a promise of true, if the request may pass. Everything else is
 * refused with 401. To say why, it throws `InvalidToken`; if it does not know, `VerifierUnavailable`.
 */
export type TokenValidator = (token: AccessToken, request: CarrierRequest) => boolean | Promise<boolean>;

/**
 * Finds the user of a token: what `@User()` and `request.user` are. It returns a user, or a promise of one. `undefined`, `null` and
 * `false` refuse the request with 401.
 */
export type UserResolver = (token: AccessToken, request: CarrierRequest) => unknown;
