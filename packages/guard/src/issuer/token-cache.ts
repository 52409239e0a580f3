import { hash } from 'node:crypto';
import type { AccessToken } from '../token/access-token.js';

interface Entry {
  readonly token: AccessToken;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The number of the move that put it at the end of the queue. */
  moved: number;
}

/** The cache key of a token: its SHA-256, so that the token itself is not kept. */
export function tokenKey(token: string): string {
  return hash('sha256', token, 'base64');
}

/**
 * Verified tokens. When the cache is full, the least recently used tokens are evicted. For speed, a token that is already in the most
 * recent tenth is not moved when it is used.
 */
export class TokenCache {
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #size: number;
  #moves = 0;

  /** @param size how many tokens are kept; 0 keeps none */
  constructor(size: number) {
    this.#size = size;
  }

  /** @param now milliseconds since the epoch */
  get(key: string, now: number): AccessToken | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until <= now) {
      this.#entries.delete(key);
      return undefined;
    }
    if (this.#moves - entry.moved > this.#size / 10) this.#put(key, entry);
    return entry.token;
  }

  /** @param until the end of its cache entry, in milliseconds since the epoch */
  set(key: string, token: AccessToken, until: number): void {
    if (this.#size === 0) return;
    this.#put(key, { token, until, moved: 0 });
    if (this.#entries.size > this.#size) this.#makeRoom();
  }

  /** Evicts the tokens for which the predicate is true. */
  evict(predicate: (token: AccessToken) => boolean): void {
    for (const [key, { token }] of this.#entries) {
      if (predicate(token)) this.#entries.delete(key);
    }
  }

  #put(key: string, entry: Entry): void {
    this.#moves += 1;
    entry.moved = this.#moves;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  // Evicts several at once: a Map skips the places of deleted entries in each iteration, which would take longer each time.
  #makeRoom(): void {
    let surplus = Math.ceil(this.#size / 20);
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      surplus -= 1;
      if (surplus === 0) return;
    }
  }
}
