import { VerifierUnavailable } from '../token/token-verifier.js';
import { reasonOf } from './reason.js';

/** The ages of a document, in seconds. */
export interface Freshness {
  /** Age at which it is fetched again in the background. */
  refreshAfter: number;
  /** Age at which a caller waits for a newer one. */
  maxAge: number;
  /** Age up to which it is used if it cannot be fetched. */
  staleFor: number;
}

export interface RemoteDocumentOptions<T> extends Freshness {
  /** The name of the document in messages. */
  name: string;
  load: () => Promise<T>;
  /** Milliseconds of a monotonic clock, so that a change of the system's time makes no document older or younger. */
  elapsed: () => number;
  /** Called when a fetch fails, and when a fetch succeeds again. */
  report?: (message: string) => void;
  /** Called when a document replaces another. */
  replaced?: (previous: T, next: T) => void;
}

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** Before the first success, fetches are retried more often, since no request can pass. */
const MAX_INITIAL_BACKOFF_MS = 5_000;

/**
 * A document of the issuer. It is fetched when it is first needed, and again when it is used after `refreshAfter`. There are no
 * timers. Concurrent callers share one fetch. Failed fetches are retried with exponential backoff.
 */
export class RemoteDocument<T> {
  readonly #options: RemoteDocumentOptions<T>;
  #held: { value: T; at: number } | undefined;
  #fetching: Promise<T> | undefined;
  #failures = 0;
  #notBefore = -Infinity;
  #lastAttempt = -Infinity;
  #lastError: unknown;

  constructor(options: RemoteDocumentOptions<T>) {
    this.#options = options;
  }

  /**
   * The document: the cached one, or a newer one if that is too old.
   *
   * @throws {VerifierUnavailable} if it cannot be fetched, and the cached one is too old
   */
  async current(): Promise<T> {
    const { usable } = this;
    if (usable !== undefined) return usable;
    const held = this.#held;
    const { staleFor } = this.#options;
    try {
      return await this.#fetch();
    } catch (error) {
      if (held !== undefined && this.#age(held) <= staleFor) return held.value;
      throw error;
    }
  }

  /** The document, if it is so young that nobody need wait for a newer one. Begins a fetch in the background as {@link touch} does. */
  get usable(): T | undefined {
    this.touch();
    const held = this.#held;
    return held !== undefined && this.#age(held) <= this.#options.maxAge ? held.value : undefined;
  }

  /** Begins a fetch in the background if the document is older than `refreshAfter`. */
  touch(): void {
    const held = this.#held;
    if (held === undefined || this.#age(held) <= this.#options.refreshAfter || this.#waiting()) return;
    this.#fetch().catch(() => undefined); // already reported; the cached document is still used
  }

  /**
   * Fetches the document again.
   *
   * @returns `undefined` if the last attempt was less than `cooldown` seconds ago
   * @throws {VerifierUnavailable} if it cannot be fetched
   */
  async refetch(cooldown: number): Promise<T | undefined> {
    if (this.#fetching) return this.#fetching;
    if (this.#failures > 0) return this.#fetch();
    return this.#options.elapsed() - this.#lastAttempt < cooldown * 1000 ? undefined : this.#fetch();
  }

  #fetch(): Promise<T> {
    if (this.#waiting()) return Promise.reject(this.#unavailable());
    this.#fetching ??= this.#attempt().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #attempt(): Promise<T> {
    const { load, elapsed, name, report, replaced } = this.#options;
    this.#lastAttempt = elapsed();
    try {
      const value = await load();
      const previous = this.#held;
      this.#held = { value, at: elapsed() };
      if (this.#failures > 0) report?.(`${name} can be fetched again`);
      this.#failures = 0;
      this.#notBefore = -Infinity;
      if (previous) replaced?.(previous.value, value);
      return value;
    } catch (error) {
      const maxBackoff = this.#held === undefined ? MAX_INITIAL_BACKOFF_MS : MAX_BACKOFF_MS;
      const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures, maxBackoff);
      this.#failures += 1;
      this.#notBefore = elapsed() + backoff;
      this.#lastError = error;
      report?.(`${name} cannot be fetched, next attempt in ${backoff / 1000} s: ${reasonOf(error)}`);
      throw this.#unavailable();
    }
  }

  #unavailable(): VerifierUnavailable {
    const seconds = Math.max(0, this.#notBefore - this.#options.elapsed()) / 1000;
    const retryAfter = Math.max(1, Math.ceil(seconds));
    return new VerifierUnavailable(`${this.#options.name} cannot be fetched`, retryAfter, {
      cause: this.#lastError,
    });
  }

  #waiting(): boolean {
    return this.#fetching === undefined && this.#options.elapsed() < this.#notBefore;
  }

  #age(held: { at: number }): number {
    return (this.#options.elapsed() - held.at) / 1000;
  }
}
