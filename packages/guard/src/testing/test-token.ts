import type { DpopKey } from './dpop-key.js';

/** What a minted token says. What is left out is as in a good token. */
export interface TestToken {
  /** The resource owner. Default: `test-user`. */
  sub?: string;
  /** Scopes, in one string with blanks between or as a list. Default: none. */
  scope?: string | readonly string[];
  /** Default: the issuer's audience. */
  aud?: string | readonly string[];
  /** Seconds from now until it expires; not above 0 for a token that has. Default: 300. */
  expiresIn?: number;
  /** How the resource owner signed in (RFC 9470); the token then says that it was just now. */
  acr?: string;
  /** Default: `test-client`. */
  clientId?: string;
  /** Binds the token to this key (RFC 9449): it passes with a proof of the key only. */
  dpop?: DpopKey;
  /** Further claims, or other values for those above; `undefined` leaves a claim out. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Where a token comes from, and when. */
interface Origin {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
}

/** The claims of an access token (RFC 9068 §2.2). */
export function testClaims(token: TestToken, { issuer, audience, now }: Origin): Record<string, unknown> {
  const {
    sub = 'test-user',
    scope = [],
    aud = audience,
    expiresIn = 300,
    acr,
    dpop,
    clientId,
    claims,
  } = token;
  const expiry = now + expiresIn;
  return {
    iss: issuer,
    aud,
    sub,
    client_id: clientId ?? 'test-client',
    scope: typeof scope === 'string' ? scope : scope.join(' '),
    // A token that has expired was issued before that.
    iat: Math.min(now, expiry - 1),
    exp: expiry,
    jti: crypto.randomUUID(),
    ...(acr === undefined ? {} : { acr, auth_time: now }),
    ...(dpop === undefined ? {} : { cnf: { jkt: dpop.thumbprint } }),
    ...claims,
  };
}
