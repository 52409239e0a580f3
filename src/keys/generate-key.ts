import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningKey, SigningKeyState } from '../persistence/entities/signing-key.entity.js';
import type { SigningAlgorithm } from './jws.js';
import type { SignerKind } from './signers/signer-kind.js';

/** A new key pair as it is stored: the private key where the signer keeps it, the `kid` its thumbprint (RFC 7638). */
export async function generateSigningKey(
  alg: SigningAlgorithm,
  state: SigningKeyState,
  signer: SignerKind,
  now: number,
): Promise<SigningKey> {
  const { publicJwk, privateJwkSealed, reference } = await signer.generate(alg);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    alg,
    state,
    publicJwk: JSON.stringify({ ...publicMembers(publicJwk), kid, alg, use: 'sig' }),
    signer: signer.name,
    privateJwkSealed,
    reference,
    createdAt: now,
    activatedAt: state === 'active' ? now : null,
    retiredAt: null,
    expiresAt: null,
  };
}

/** The public members of a JWK, picked by name so that no private member can be among them. */
function publicMembers({ kty, crv, x, y, n, e }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JWK;
}
