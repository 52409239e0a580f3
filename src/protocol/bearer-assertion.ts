import { clockSkewSeconds } from './client-assertion.js';
import { namesUri } from './uri.js';

/** `typ` of an Identity Assertion JWT Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant). */
export const idJagType = 'oauth-id-jag+jwt';
/** How a token exchange asks for one (the same draft). */
export const idJagTokenType = 'urn:ietf:params:oauth:token-type:id-jag';
/** The grant profile in metadata (the same draft). */
export const idJagProfile = 'urn:ietf:params:oauth:grant-profile:id-jag';

/** Characters of an assertion. */
export const maxAssertionLength = 16_384;

/** The claims of an assertion whose signature is verified. */
export type AssertionClaims = Readonly<Record<string, unknown>>;

/** What an issuer's assertions must be like. */
export interface AssertionRules {
  readonly audiences: readonly string[];
  /** Seconds. */
  readonly maxLifetime: number;
  readonly requireJti: boolean;
  /** The claims that are needed, each with the values that it may have. One that ends with `*` is a prefix. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
}

/**
 * The first violation in the claims of an assertion, or undefined (RFC 7523 §3). The verifier has checked the signature, the issuer,
 * `nbf` and that it has not expired.
 */
export function bearerAssertionProblem(
  claims: AssertionClaims,
  { audiences, maxLifetime, requireJti, claims: needed }: AssertionRules,
  now: number,
): string | undefined {
  const { sub, aud, exp, iat, jti } = claims;
  // "The JWT MUST contain a "sub" (subject) claim".
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength)
    return 'sub is missing or too long';
  const named: unknown[] = aud === undefined ? [] : [aud].flat();
  // Whoever else it is meant for could use it here.
  if (named.length === 0 || !named.every((one) => typeof one === 'string' && namesUri(audiences, one)))
    return `aud is ${shown(named)}, expected ${audiences.join(' or ')}`;
  // "The authorization server MAY reject JWTs with an "exp" claim value that is unreasonably far in the future."
  if (typeof exp !== 'number' || exp > now + maxLifetime + clockSkewSeconds)
    return `exp is more than ${maxLifetime} s ahead`;
  if (iat !== undefined) {
    if (typeof iat !== 'number' || iat > now + clockSkewSeconds) return 'iat lies in the future';
    // "reject JWTs with an "iat" claim value that is unreasonably far in the past."
    if (exp - iat > maxLifetime) return `it lasts longer than ${maxLifetime} s`;
  }
  if (requireJti && (typeof jti !== 'string' || jti === '')) return 'jti is missing';
  const wrong = Object.entries(needed).find(([name, patterns]) => !matches(claims[name], patterns));
  return wrong && `${wrong[0]} is ${shown(claims[wrong[0]])}, expected ${wrong[1].join(' or ')}`;
}

export const maxSubjectLength = 1_024;

/** Whether a text, number or truth value is one of these. */
function matches(value: unknown, patterns: readonly string[]): boolean {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return false;
  const text = String(value);
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
  );
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 200);
