import { hash } from 'node:crypto';
import { randomFromPool } from './random-pool.js';

/** 256 bits of randomness as 43 base64url characters: codes, opaque access tokens, refresh tokens, client secrets, session ids. */
export function generateOpaqueToken(): string {
  return randomFromPool(32).toString('base64url');
}

/** The only form in which such a token is stored: SHA-256, 43 base64url characters. */
export function lookupHash(token: string): string {
  return hash('sha256', token, 'base64url');
}
