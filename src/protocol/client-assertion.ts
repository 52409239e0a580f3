/** The value of `client_assertion_type` for a JWT (RFC 7523 §2.2). */
export const jwtBearerAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The algorithms of each method whose proof is a JWT (OIDC Core §9): never `none`, and never those of one method for the other. */
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

/** Characters of a secret that may key HS256 (RFC 7518 §3.2: "a key of the same size as the hash output or larger"). */
export const shortestMacSecret = 32;

/** Which audiences the assertions of a client may name. */
export const assertionAudiences = ['issuer', 'endpoint'] as const;

/** Seconds ahead of now that an assertion may expire: for so long its jti has to be remembered. */
export const longestAssertion = 3_600;
/** Seconds that clocks may differ. */
export const clockSkew = 10;
/** Seconds ahead of now that an assertion may claim to be issued at. */
const furthestIssuedAt = 60;

/** The claims that the rules below look at; signature, issuer, subject and `nbf` are the verifier's. */
export interface AssertionClaims {
  readonly aud?: string | string[];
  readonly exp?: number;
  readonly iat?: number;
  readonly jti?: unknown;
}

/**
 * What is wrong with the claims of a verified assertion, or undefined (RFC 7523 §3, OIDC Core §9). "The authorization server MUST
 * reject any JWT that does not contain its own identity as the intended audience"; one that names a stranger beside us is refused
 * too, since the stranger could use it here.
 * @param audiences those that this client may name
 */
export function assertionProblem(
  { aud, exp, iat, jti }: AssertionClaims,
  audiences: readonly string[],
  now: number,
): string | undefined {
  const named = aud === undefined ? [] : [aud].flat();
  if (named.length === 0 || !named.every((audience) => audiences.includes(audience)))
    return `aud is ${JSON.stringify(named).slice(0, 500)}, expected ${audiences.join(' or ')}`;
  if (exp === undefined || exp > now + longestAssertion)
    return `exp is more than ${longestAssertion} s ahead`;
  if (iat !== undefined && iat > now + furthestIssuedAt) return 'iat lies in the future';
  return typeof jti === 'string' && jti !== '' ? undefined : 'jti is missing';
}
