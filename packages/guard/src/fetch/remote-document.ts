import { VerifierUnavailable } from '../token/token-verifier.js';

/** How long a document is good for. Seconds. */
export interface Freshness {
  /** Age at which it is fetched again in the background. */
  refreshAfter: number;
  /** Age at which a caller waits for a newer one. */
  maxAge: number;
  /** Age up to which it serves while its source is away. */
  staleFor: number;
}

export interface RemoteDocumentOptions<T> extends Freshness {
  /** What the document is, for messages. */
  name: string;
  load: () => Promise<T>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told when the source fails, and when it answers again. */
  report?: (message: string) => void;
  /** Told of each document that replaces another. */
  replaced?: (previous: T, next: T) => void;
}

const FIRST_BACKOFF = 1_000;
const LONGEST_BACKOFF = 30_000;
/** While nothing is held yet, nobody is served: then it is asked for more often. */
const LONGEST_BACKOFF_WITHOUT = 5_000;

/**
 * A document of the issuer, fetched when it is first needed and kept fresh by those who use it: without timers, so
 * that nothing runs while nobody asks. Concurrent fetches are one; failed ones are retried with exponential backoff.
 */
export class RemoteDocument<T> {
  readonly #options: RemoteDocumentOptions<T>;
  #held: { value: T; at: number } | undefined;
  #fetching: Promise<T> | undefined;
  #failures = 0;
  #notBefore = 0;
  #lastAttempt = -Infinity;

  constructor(options: RemoteDocumentOptions<T>) {
    this.#options = options;
  }

  /**
   * The document: the held one, or a newer one when that is too old.
   *
   * @throws {VerifierUnavailable} its source is away, and what is held is too old to serve
   */
  async current(): Promise<T> {
    this.touch();
    const held = this.#held;
    const { maxAge, staleFor } = this.#options;
    if (held !== undefined && this.#age(held) <= maxAge) return held.value;
    try {
      return await this.#fetch();
    } catch (error) {
      if (held !== undefined && this.#age(held) <= staleFor) return held.value;
      throw error;
    }
  }

  /** Begins a fetch in the background when the document is due for one. Costs next to nothing otherwise. */
  touch(): void {
    const held = this.#held;
    if (held === undefined || this.#age(held) <= this.#options.refreshAfter || this.#waiting()) return;
    this.#fetch().catch(() => undefined); // reported already; the held document serves on
  }

  /**
   * A document fetched after this call, or `undefined` when the last attempt is less than `cooldown` seconds ago.
   *
   * @throws {VerifierUnavailable} its source is away
   */
  async refetched(cooldown: number): Promise<T | undefined> {
    if (this.#fetching) return this.#fetching;
    if (this.#failures > 0) return this.#fetch();
    return this.#options.now() - this.#lastAttempt < cooldown * 1000 ? undefined : this.#fetch();
  }

  #fetch(): Promise<T> {
    if (this.#waiting()) return Promise.reject(this.#unavailable());
    this.#fetching ??= this.#attempt().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #attempt(): Promise<T> {
    const { load, now, name, report, replaced } = this.#options;
    this.#lastAttempt = now();
    try {
      const value = await load();
      const previous = this.#held;
      this.#held = { value, at: now() };
      if (this.#failures > 0) report?.(`${name} can be reached again`);
      this.#failures = 0;
      this.#notBefore = 0;
      if (previous) replaced?.(previous.value, value);
      return value;
    } catch (error) {
      const longest = this.#held === undefined ? LONGEST_BACKOFF_WITHOUT : LONGEST_BACKOFF;
      const backoff = Math.min(FIRST_BACKOFF * 2 ** this.#failures, longest);
      this.#failures += 1;
      this.#notBefore = now() + backoff;
      const reason = error instanceof Error ? error.message : String(error);
      report?.(`${name} cannot be had, next try in ${backoff / 1000} s: ${reason}`);
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause?: unknown): VerifierUnavailable {
    const seconds = Math.max(0, this.#notBefore - this.#options.now()) / 1000;
    return new VerifierUnavailable(`${this.#options.name} cannot be had`, Math.max(1, Math.ceil(seconds)), {
      cause,
    });
  }

  #waiting(): boolean {
    return this.#fetching === undefined && this.#options.now() < this.#notBefore;
  }

  #age(held: { at: number }): number {
    return (this.#options.now() - held.at) / 1000;
  }
}
