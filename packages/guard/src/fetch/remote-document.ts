import { VerifierUnavailable } from '../token/token-verifier.js';

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
  /** Milliseconds since the epoch. */
  now: () => number;
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
  #notBefore = 0;
  #lastAttempt = -Infinity;

  constructor(options: RemoteDocumentOptions<T>) {
    this.#options = options;
  }

  /**
   * The document: the cached one, or a newer one if that is too old.
   *
   * @throws {VerifierUnavailable} if it cannot be fetched, and the cached one is too old
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
      if (this.#failures > 0) report?.(`${name} can be fetched again`);
      this.#failures = 0;
      this.#notBefore = 0;
      if (previous) replaced?.(previous.value, value);
      return value;
    } catch (error) {
      const maxBackoff = this.#held === undefined ? MAX_INITIAL_BACKOFF_MS : MAX_BACKOFF_MS;
      const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures, maxBackoff);
      this.#failures += 1;
      this.#notBefore = now() + backoff;
      const reason = error instanceof Error ? error.message : String(error);
      report?.(`${name} cannot be fetched, next attempt in ${backoff / 1000} s: ${reason}`);
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause?: unknown): VerifierUnavailable {
    const seconds = Math.max(0, this.#notBefore - this.#options.now()) / 1000;
    return new VerifierUnavailable(
      `${this.#options.name} cannot be fetched`,
      Math.max(1, Math.ceil(seconds)),
      {
        cause,
      },
    );
  }

  #waiting(): boolean {
    return this.#fetching === undefined && this.#options.now() < this.#notBefore;
  }

  #age(held: { at: number }): number {
    return (this.#options.now() - held.at) / 1000;
  }
}
