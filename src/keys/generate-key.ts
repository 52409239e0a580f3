import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Secrets } from '../crypto/secrets.js';
import type { SigningKey, SigningKeyState } from '../persistence/entities/signing-key.entity.js';
import type { SigningAlgorithm } from './jws.js';

/** A new key pair as it is stored: the private key sealed, the `kid` its thumbprint (RFC 7638). */
export async function generateSigningKey(
  alg: SigningAlgorithm,
  state: SigningKeyState,
  secrets: Secrets,
  now: number,
): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const privateJwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(privateJwk);
  return {
    kid,
    alg,
    state,
    publicJwk: JSON.stringify({ ...publicMembers(privateJwk), kid, alg, use: 'sig' }),
    privateJwkSealed: await secrets.seal('signing-key', privateJwk),
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
