import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { TestServer } from './server.js';

/** A key of a client, as its proofs use it. */
export interface ProofKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  readonly thumbprint: string;
}

export async function proofKey(alg = 'ES256', options: { crv?: string } = {}): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, ...options });
  const publicJwk = await exportJWK(publicKey);
  return {
    alg,
    privateKey,
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
  };
}

/** What a proof is to differ in; undefined leaves a member out. */
export interface ProofChanges {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

/** A proof for a post to that path, good unless it is changed. */
export async function proof(
  server: TestServer,
  key: Pick<ProofKey, 'alg' | 'privateKey' | 'publicJwk'>,
  { header = {}, claims = {} }: ProofChanges = {},
  path = '/token',
): Promise<string> {
  return new SignJWT({
    jti: randomUUID(),
    htm: 'POST',
    htu: server.issuer + path,
    iat: server.clock.now(),
    ...claims,
  })
    .setProtectedHeader({
      typ: 'dpop+jwt',
      alg: key.alg,
      jwk: key.publicJwk,
      ...header,
    })
    .sign(key.privateKey);
}

/** A proof for userinfo by GET, with that token. */
export async function userinfoProof(
  server: TestServer,
  key: ProofKey,
  token: string,
  { header, claims = {} }: ProofChanges = {},
): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url');
  return proof(server, key, { header, claims: { htm: 'GET', ath, ...claims } }, '/userinfo');
}

/** A JWS put together by hand: what no library would sign. */
export function handMade(header: object, claims: object, signature = 'c2lnbmF0dXJl'): string {
  const encoded = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...encoded, signature].join('.');
}
