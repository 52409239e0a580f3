import { hash } from 'node:crypto';
import { randomFromPool } from './random-pool.js';

/** 256 random bits as 43 base64url characters, for codes, opaque access tokens, refresh tokens, client secrets and session ids. */
export function generateOpaqueToken(): string {
  return randomFromPool(32).toString('base64url');
}

/** The only stored form of such a token: its SHA-256, as 43 base64url characters. */
export function lookupHash(token: string): string {
  return hash('sha256', token, 'base64url');
}
