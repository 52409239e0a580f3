import { hash } from 'node:crypto';
import type { AccessToken } from '../access-token.js';

interface Entry {
  readonly token: AccessToken;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The name under which a token is remembered: its SHA-256, so that the token itself is not kept. */
export function tokenKey(token: string): string {
  return hash('sha256', token, 'base64');
}

/** Verified tokens, the least recently used of which make room for new ones. */
export class TokenCache {
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #size: number;

  /** @param size how many tokens are kept; 0 keeps none */
  constructor(size: number) {
    this.#size = size;
  }

  /** @param now milliseconds since the epoch */
  get(key: string, now: number): AccessToken | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.until <= now) return undefined;
    this.#entries.set(key, entry);
    return entry.token;
  }

  /** @param until milliseconds since the epoch, from which on the token is not remembered */
  set(key: string, token: AccessToken, until: number): void {
    if (this.#size === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, { token, until });
    if (this.#entries.size > this.#size) this.#makeRoom();
  }

  /** Forgets the tokens of which that is true. */
  evict(dead: (token: AccessToken) => boolean): void {
    for (const [key, { token }] of this.#entries) {
      if (dead(token)) this.#entries.delete(key);
    }
  }

  // Some at once, since each search for the oldest passes over the places of all that went before it.
  #makeRoom(): void {
    let surplus = Math.ceil(this.#size / 20);
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      surplus -= 1;
      if (surplus === 0) return;
    }
  }
}
