import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import type { SigningAlgorithm } from '../../jws.js';
import { type Attribute, CKA, CKG_MGF1_SHA256, CKM, type Mechanism, rsaPssParameter } from './cryptoki.js';

/** How keys of an algorithm are made, used and read in PKCS#11. */
export interface AlgorithmMechanisms {
  readonly generation: number;
  /** What the public key is made of. */
  readonly template: readonly Attribute[];
  readonly signing: Mechanism;
  /** What the token signs of the data. Not every token hashes for ECDSA. */
  readonly digest: (data: Buffer) => Buffer;
  /** The attributes of the public key that its JWK is made of. */
  readonly publicAttributes: readonly number[];
  jwkOf(values: readonly Buffer[]): JWK;
}

const rsa = (signing: Mechanism): AlgorithmMechanisms => ({
  generation: CKM.RSA_PKCS_KEY_PAIR_GEN,
  template: [
    { type: CKA.MODULUS_BITS, value: 2048 },
    { type: CKA.PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
  ],
  signing,
  digest: (data) => data,
  publicAttributes: [CKA.MODULUS, CKA.PUBLIC_EXPONENT],
  jwkOf: ([modulus, exponent]) => ({ kty: 'RSA', n: integer(modulus), e: integer(exponent) }),
});

export const mechanisms: Readonly<Record<SigningAlgorithm, AlgorithmMechanisms>> = {
  RS256: rsa({ mechanism: CKM.SHA256_RSA_PKCS }),
  // "The size of the salt value is the same size as the hash function output." (RFC 7518 §3.5)
  PS256: rsa({
    mechanism: CKM.SHA256_RSA_PKCS_PSS,
    parameter: { type: rsaPssParameter, hashAlg: CKM.SHA256, mgf: CKG_MGF1_SHA256, saltLen: 32 },
  }),
  ES256: {
    generation: CKM.EC_KEY_PAIR_GEN,
    template: [{ type: CKA.EC_PARAMS, value: Buffer.from('06082a8648ce3d030107', 'hex') }],
    signing: { mechanism: CKM.ECDSA },
    digest: (data) => createHash('sha256').update(data).digest(),
    publicAttributes: [CKA.EC_POINT],
    jwkOf: ([value]) => {
      // Uncompressed (SEC 1 §2.3.3): 4, and both coordinates.
      const point = pointIn(value, 65).subarray(1);
      return {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(0, 32).toString('base64url'),
        y: point.subarray(32).toString('base64url'),
      };
    },
  },
  EdDSA: {
    generation: CKM.EC_EDWARDS_KEY_PAIR_GEN,
    // The name of the curve as a PrintableString, which more tokens know than its object identifier.
    template: [{ type: CKA.EC_PARAMS, value: Buffer.from('\u0013\u000cedwards25519', 'latin1') }],
    signing: { mechanism: CKM.EDDSA },
    digest: (data) => data,
    publicAttributes: [CKA.EC_POINT],
    jwkOf: ([value]) => ({ kty: 'OKP', crv: 'Ed25519', x: pointIn(value, 32).toString('base64url') }),
  },
};

/** A big-endian integer without leading zeros (RFC 7518 §6.3.1). */
function integer(value: Buffer = Buffer.alloc(0)): string {
  return value.subarray(value.findIndex((byte) => byte !== 0)).toString('base64url');
}

/** The point, which most tokens wrap in an OCTET STRING, and some do not. */
function pointIn(value: Buffer = Buffer.alloc(0), length: number): Buffer {
  const isWrapped = value.length === length + 2 && value[0] === 4 && value[1] === length;
  const point = isWrapped ? value.subarray(2) : value;
  if (point.length === length) return point;
  throw new Error(`the token returned a public key of ${value.length} bytes`);
}
