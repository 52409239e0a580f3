import { checkOptionNames, type OptionNames } from '../settings/option-names.js';
import type { DpopKey } from './dpop-key.js';

/** The contents of a minted token. By default, it is valid. */
export interface TestToken {
  /** The resource owner. Default: `test-user`. */
  sub?: string;
  /** Scopes, as a list or as a string separated by spaces. Default: none. */
  scope?: string | readonly string[];
  /** Default: the issuer's audience. */
  aud?: string | readonly string[];
  /** Seconds from now until it expires; 0 or less for an expired token. Default: 300. */
  expiresIn?: number;
  /** How the resource owner signed in (RFC 9470). Then `auth_time` is now. */
  acr?: string;
  /** Default: `test-client`. */
  clientId?: string;
  /** Binds the token to this key (RFC 9449), so that it needs a proof. */
  dpop?: DpopKey;
  /** Further claims, or other values for those above; `undefined` removes a claim. */
  claims?: Readonly<Record<string, unknown>>;
}

const tokenNames: OptionNames<TestToken> = {
  sub: true,
  scope: true,
  aud: true,
  expiresIn: true,
  acr: true,
  clientId: true,
  dpop: true,
  claims: true,
};

/** The issuer, audience and time of a token. */
interface Origin {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * The claims of an access token (RFC 9068 §2.2).
 *
 * @throws {TypeError} naming a member that a test token does not have
 */
export function testClaims(token: TestToken, { issuer, audience, now }: Origin): Record<string, unknown> {
  checkOptionNames('TestIssuer', token, tokenNames);
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
    // An expired token was issued before it expired.
    iat: Math.min(now, expiry - 1),
    exp: expiry,
    jti: crypto.randomUUID(),
    ...(acr === undefined ? {} : { acr, auth_time: now }),
    ...(dpop === undefined ? {} : { cnf: { jkt: dpop.thumbprint } }),
    ...claims,
  };
}
