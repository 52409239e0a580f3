import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { keyBoundsProblem } from './key-bounds.js';

/** A JSON Web Key Set as a client registers it (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

const publicTypes: readonly unknown[] = ['RSA', 'EC', 'OKP'];
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** Keys that a set may hold; further ones of a fetched set are ignored. */
export const maxKeys = 50;

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
  const imported = publicKey(jwk);
  if (imported === undefined) return 'holds a key that cannot be imported';
  const problem = keyBoundsProblem(imported);
  if (problem !== undefined) return `holds ${problem}`;
  return jwk.x5c === undefined ? undefined : certificateProblem(jwk.x5c, imported);
}

function publicKey(jwk: Record<string, unknown>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** "The key in the first certificate MUST match the public key represented by other members of the JWK." (RFC 7517 §4.7) */
function certificateProblem(x5c: unknown, key: KeyObject): string | undefined {
  const [first] = Array.isArray(x5c) ? (x5c as unknown[]) : [];
  try {
    const { publicKey: certified } = new X509Certificate(Buffer.from(String(first), 'base64'));
    return certified.equals(key) ? undefined : 'holds an x5c that is the certificate of another key';
  } catch {
    return 'holds an x5c that does not begin with a certificate in base64';
  }
}

/** Whether a key has a certificate (RFC 7517 §4.7). */
export const holdsCertificates = ({ keys }: JwkSet): boolean =>
  Array.isArray(keys) && keys.some(({ x5c }) => Array.isArray(x5c) && x5c.length > 0);
