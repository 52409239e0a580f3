import { createHmac, createPrivateKey, sign as signature } from 'node:crypto';
import { exportJWK } from 'jose';
import type { SigningKey } from './local-issuer.js';

export const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A JWS of any header and payload, given as objects or as the very text, signed with ES256 whatever the header says. */
export async function forged(header: unknown, payload: unknown, key: SigningKey): Promise<string> {
  const input = `${part(header)}.${part(payload)}`;
  const privateKey = createPrivateKey({ key: { ...(await exportJWK(key.privateKey)) }, format: 'jwk' });
  const bytes = signature('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${bytes.toString('base64url')}`;
}

/** A JWS signed with HMAC under a secret that an attacker knows. */
export function hmacForged(header: unknown, payload: unknown, secret: string | Buffer): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
