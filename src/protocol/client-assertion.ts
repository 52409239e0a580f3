import { namesUri } from './uri.js';

/** The value of `client_assertion_type` for a JWT (RFC 7523 §2.2). */
export const jwtBearerAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The algorithms of each authentication method that uses a JWT (OIDC Core §9). */
export const assertionAlgorithms = {
  private_key_jwt: [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ],
  client_secret_jwt: ['HS256'],
} as const;

export type AssertionMethod = keyof typeof assertionAlgorithms;

/** The audiences that a client's assertions may name. */
export const assertionAudiences = ['issuer', 'endpoint'] as const;

/** An assertion may expire at most this far ahead: its jti must be remembered for as long. */
export const maxAssertionLifetimeSeconds = 3_600;
/** Accepted clock skew in seconds. */
export const clockSkewSeconds = 10;
/** Seconds by which the `iat` of a client's JWT may lie ahead: FAPI 2.0 Security Profile §5.3.2.1 allows no more. */
export const furthestIssuedAt = 60;

/** The claims that the rules below check. The verifier has checked signature, issuer, subject and `nbf`. */
export interface AssertionClaims {
  readonly aud?: string | string[];
  readonly exp?: number;
  readonly iat?: number;
  readonly jti?: unknown;
}

/**
 * The first violation in the claims of a verified assertion, or undefined (RFC 7523 §3, OIDC Core §9). "The authorization server MUST
 * reject any JWT that does not contain its own identity as the intended audience"; one that names another
 * party beside us is refused too, since that party could use it here.
 * @param audiences those that this client may name
 */
export function assertionProblem(
  { aud, exp, iat, jti }: AssertionClaims,
  audiences: readonly string[],
  now: number,
): string | undefined {
  const named: unknown[] = aud === undefined ? [] : [aud].flat();
  const isOurs = (audience: unknown): boolean =>
    typeof audience === 'string' && namesUri(audiences, audience);
  if (named.length === 0 || !named.every(isOurs))
    return `aud is ${JSON.stringify(named).slice(0, 500)}, expected ${audiences.join(' or ')}`;
  if (exp === undefined || exp > now + maxAssertionLifetimeSeconds)
    return `exp is more than ${maxAssertionLifetimeSeconds} s ahead`;
  if (iat !== undefined && iat > now + furthestIssuedAt) return 'iat lies in the future';
  return typeof jti === 'string' && jti !== '' ? undefined : 'jti is missing';
}

/**
 * What is wrong with the audience under a security profile, or undefined: "shall only accept its issuer identifier value […] as a string
 * in the aud claim received in client authentication assertions" (FAPI 2.0 Security Profile §5.3.2.1).
 */
export const strictAudienceProblem = ({ aud }: AssertionClaims, issuer: string): string | undefined =>
  aud === issuer ? undefined : `aud is ${JSON.stringify(aud)?.slice(0, 500)}, expected the text ${issuer}`;
