import { constants, type KeyObject, verify, type VerifyKeyObjectInput } from 'node:crypto';
import type { JWK } from 'jose';

/** Whether the signature, in base64url, is valid for this text. */
export type SignatureCheck = (signed: string, signature: string) => boolean;

interface Algorithm {
  /** `null` if the algorithm includes its hash. */
  readonly hash: string | null;
  readonly fits: (key: KeyObject) => boolean;
  /** The members of its keys that RFC 7518 §6 and RFC 8037 §2 define. */
  readonly kty: string;
  readonly crv?: string;
  readonly how: Omit<VerifyKeyObjectInput, 'key'>;
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants;

// RFC 7518 §3.3 and §3.5: "A key of size 2048 bits or larger MUST be used"; §3.4: each ECDSA algorithm has its curve.
const ALGORITHMS = new Map<string, Algorithm>([
  ['ES256', ecdsa('sha256', 'P-256', 'prime256v1')],
  ['ES384', ecdsa('sha384', 'P-384', 'secp384r1')],
  ['ES512', ecdsa('sha512', 'P-521', 'secp521r1')],
  ['RS256', rsa('sha256', { padding: RSA_PKCS1_PADDING })],
  ['RS384', rsa('sha384', { padding: RSA_PKCS1_PADDING })],
  ['RS512', rsa('sha512', { padding: RSA_PKCS1_PADDING })],
  ['PS256', rsa('sha256', { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST })],
  ['PS384', rsa('sha384', { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST })],
  ['PS512', rsa('sha512', { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST })],
  ['EdDSA', ed25519()],
  ['Ed25519', ed25519()],
]);

// RFC 9864 §2.2: Ed25519 is the new name of what EdDSA means with a key of this curve.
const SAME_AS = new Map([
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'EdDSA'],
]);

/**
 * Whether a published key is meant for signatures with this algorithm: by its type and curve, and by `alg`, `use` and `key_ops` if it has
 * them (RFC 7517 §4).
 */
export function fitsAlgorithm(key: JWK, alg: string): boolean {
  const algorithm = ALGORITHMS.get(alg);
  if (algorithm === undefined || key.kty !== algorithm.kty || key.crv !== algorithm.crv) return false;
  if (key.alg !== undefined && key.alg !== alg && key.alg !== SAME_AS.get(alg)) return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  return !Array.isArray(key.key_ops) || key.key_ops.includes('verify');
}

/**
 * Makes the signature check for an algorithm (RFC 7518 §3, RFC 8037 §3.1, RFC 9864) and a public key. It runs on the calling thread:
 * to hand an ES256 signature to another thread costs as much as to check it.
 *
 * @throws {TypeError} if the algorithm is not known, or the key does not fit it
 */
export function signatureCheck(alg: string, key: KeyObject): SignatureCheck {
  const algorithm = ALGORITHMS.get(alg);
  if (algorithm === undefined || key.type !== 'public' || !algorithm.fits(key)) {
    throw new TypeError(`The key of the issuer is not a key for ${alg}`);
  }
  const { hash } = algorithm;
  const how = { ...algorithm.how, key };
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  // RFC 8017 §8.1.2 and §8.2.2: a signature whose length is not that of the modulus is invalid, even if it only has a leading zero.
  const length = modulusLength === undefined ? undefined : Math.ceil(modulusLength / 8);
  return (signed, signature) => {
    const bytes = Buffer.from(signature, 'base64url');
    if (length !== undefined && bytes.length !== length) return false;
    return verify(hash, Buffer.from(signed, 'latin1'), how, bytes);
  };
}

function ecdsa(hash: string, crv: string, curve: string): Algorithm {
  return {
    hash,
    kty: 'EC',
    crv,
    fits: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
      asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curve,
    how: { dsaEncoding: 'ieee-p1363' },
  };
}

function rsa(hash: string, how: Algorithm['how']): Algorithm {
  return {
    hash,
    kty: 'RSA',
    fits: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
      asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
    how,
  };
}

function ed25519(): Algorithm {
  return {
    hash: null,
    kty: 'OKP',
    crv: 'Ed25519',
    fits: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519',
    how: {},
  };
}
