import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import type { TestServer } from './server.js';
import { type Answer, type Fields, post } from './relying-party.js';

export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function keyPair(alg: string, kid?: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) },
  };
}

/** The claims of a good assertion of that client, with what is to differ; undefined leaves a claim out. */
export function claimsOf(
  server: TestServer,
  clientId: string,
  changes: Record<string, unknown> = {},
): JWTPayload {
  const now = server.clock.now();
  return {
    iss: clientId,
    sub: clientId,
    aud: server.issuer,
    exp: now + 60,
    iat: now,
    jti: randomUUID(),
    ...changes,
  };
}

export async function sign(
  claims: JWTPayload,
  key: CryptoKey | Uint8Array,
  header: { alg: string; kid?: string },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/** A client_credentials request with that assertion. */
export async function present(server: TestServer, assertion: string, fields: Fields = {}): Promise<Answer> {
  return post(server, '/token', {
    grant_type: 'client_credentials',
    client_assertion_type: jwtBearerAssertion,
    client_assertion: assertion,
    ...fields,
  });
}
