import { hash } from 'node:crypto';
import type { AccessToken } from '../token/access-token.js';
import { RecentResults } from '../token/recent-results.js';

/** Milliseconds of the two clocks. */
export interface Clocks {
  /** Since the epoch: the time by which tokens expire. */
  now: () => number;
  /** Monotonic: the time by which things age. */
  elapsed: () => number;
}

/** How long something may be remembered. */
export interface Lifetime {
  /** The expiry of the token, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The end of its cache entry by the monotonic clock. Default: none. */
  readonly freshUntil?: number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
  readonly freshUntil: number;
  /** The number of the move that put it at the end of the queue. */
  moved: number;
}

/** The cache key of a token: its SHA-256, so that the token itself is not kept. */
export function tokenKey(token: string): string {
  return hash('sha256', token, 'base64');
}

/** The keys of the tokens that came again most recently. To hash a token takes longer than the rest of the guard's work. */
const recentKeys = new RecentResults<string>(1000);

/** Looks a token up by its key. Of tokens that are found, the latest ones are remembered with their keys. */
export function recallByKey(
  token: string,
  recall: (key: string) => AccessToken | undefined,
): AccessToken | undefined {
  const known = recentKeys.get(token);
  const key = known ?? tokenKey(token);
  const found = recall(key);
  if (found !== undefined && known === undefined) recentKeys.set(token, key);
  return found;
}

/**
 * What is known of tokens: verified ones, or why they are refused. When the cache is full, the least recently used entries are evicted.
 * For speed, an entry that is already in the most recent tenth is not moved when it is used.
 */
export class TokenCache<Value = AccessToken> {
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #size: number;
  readonly #clocks: Clocks;
  #moves = 0;

  /** @param size how many tokens are kept; 0 keeps none */
  constructor(size: number, clocks: Clocks) {
    this.#size = size;
    this.#clocks = clocks;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#isOver(entry)) {
      this.#entries.delete(key);
      return undefined;
    }
    if (this.#moves - entry.moved > this.#size / 10) this.#put(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, { expiresAt, freshUntil = Infinity }: Lifetime): void {
    if (this.#size === 0) return;
    this.#put(key, { value, expiresAt, freshUntil, moved: 0 });
    if (this.#entries.size > this.#size) this.#makeRoom();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Evicts the entries for which the predicate is true. */
  evict(predicate: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#entries) {
      if (predicate(value)) this.#entries.delete(key);
    }
  }

  #isOver({ expiresAt, freshUntil }: Entry<Value>): boolean {
    const { now, elapsed } = this.#clocks;
    return expiresAt <= now() || (freshUntil !== Infinity && freshUntil <= elapsed());
  }

  #put(key: string, entry: Entry<Value>): void {
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
