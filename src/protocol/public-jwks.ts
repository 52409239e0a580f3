import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';

/** A JSON Web Key Set as a client registers it (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

const publicTypes: readonly unknown[] = ['RSA', 'EC', 'OKP'];
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const fewestModulusBytes = 256;
const maxKeys = 50;

/** The first violation in a client's key set, or undefined. */
export function jwksProblem(jwks: unknown): string | undefined {
  const { keys } = (jwks ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0) return 'must be a JWK Set with keys';
  if (keys.length > maxKeys) return `must not hold more than ${maxKeys} keys`;
  for (const key of keys) {
    const problem = jwkProblem(key);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** "keys […] MUST NOT include private or symmetric keys" (RFC 7591 §2 of `jwks`, by way of OIDC Registration §2). */
export function jwkProblem(key: unknown): string | undefined {
  if (typeof key !== 'object' || key === null) return 'must hold JWKs';
  const jwk = key as Record<string, unknown>;
  if (!publicTypes.includes(jwk.kty) || privateMembers.some((member) => jwk[member] !== undefined))
    return 'must hold public keys only';
  // RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
  const modulus = typeof jwk.n === 'string' ? Buffer.from(jwk.n, 'base64url') : Buffer.alloc(0);
  if (jwk.kty === 'RSA' && modulus.length < fewestModulusBytes)
    return 'holds an RSA key of less than 2048 bits';
  return jwk.x5c === undefined ? undefined : certificateProblem(jwk);
}

/** "The key in the first certificate MUST match the public key represented by other members of the JWK." (RFC 7517 §4.7) */
function certificateProblem({ x5c, ...key }: Record<string, unknown>): string | undefined {
  const [first] = Array.isArray(x5c) ? (x5c as unknown[]) : [];
  try {
    const { publicKey } = new X509Certificate(Buffer.from(String(first), 'base64'));
    if (publicKey.equals(createPublicKey({ key: key as JsonWebKey, format: 'jwk' }))) return undefined;
  } catch {
    return 'holds an x5c that does not begin with a certificate in base64';
  }
  return 'holds an x5c that is the certificate of another key';
}

/** Whether a key has a certificate (RFC 7517 §4.7). */
export const holdsCertificates = ({ keys }: JwkSet): boolean =>
  Array.isArray(keys) && keys.some(({ x5c }) => Array.isArray(x5c) && x5c.length > 0);
