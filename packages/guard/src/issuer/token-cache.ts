import { hash } from 'node:crypto';
import type { AccessToken } from '../token/access-token.js';

interface Entry {
  readonly token: AccessToken;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** When it was last moved to the end of the queue, in moves. */
  moved: number;
}

/** The name under which a token is remembered: its SHA-256, so that the token itself is not kept. */
export function tokenKey(token: string): string {
  return hash('sha256', token, 'base64');
}

/**
 * Verified tokens, the least recently used of which make room for new ones. One that is among the latest tenth is not
 * moved to the end when it is used: that would cost the tokens in steady use more than it tells.
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

  /** @param until milliseconds since the epoch, from which on the token is not remembered */
  set(key: string, token: AccessToken, until: number): void {
    if (this.#size === 0) return;
    this.#put(key, { token, until, moved: 0 });
    if (this.#entries.size > this.#size) this.#makeRoom();
  }

  /** Forgets the tokens of which that is true. */
  evict(dead: (token: AccessToken) => boolean): void {
    for (const [key, { token }] of this.#entries) {
      if (dead(token)) this.#entries.delete(key);
    }
  }

  #put(key: string, entry: Entry): void {
    this.#moves += 1;
    entry.moved = this.#moves;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
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
