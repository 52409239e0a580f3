const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/**
 * Spares an endpoint that fails. After three failures in a row, no call passes for 1, 2, 4 … 30 seconds; then one call may try. A call
 * that succeeds ends the pauses.
 */
export class Breaker {
  readonly #elapsed: () => number;
  #failures = 0;
  #notBefore = -Infinity;
  #isTrying = false;
  #reason: string | undefined;

  /** @param elapsed milliseconds of a monotonic clock */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** Why the last call failed; `undefined` if it succeeded. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The seconds until a call may pass again. */
  get pause(): number {
    return Math.max(0, this.#notBefore - this.#elapsed()) / 1000;
  }

  /** Whether a call may pass. If so, {@link succeeded} or {@link failed} must follow. */
  enter(): boolean {
    if (this.#failures < FAILURES_TO_OPEN) return true;
    if (this.#isTrying || this.pause > 0) return false;
    this.#isTrying = true;
    return true;
  }

  succeeded(): void {
    this.#isTrying = false;
    this.#failures = 0;
    this.#notBefore = -Infinity;
    this.#reason = undefined;
  }

  failed(reason: string): void {
    this.#isTrying = false;
    this.#reason = reason;
    // A call that began before the pause says nothing new.
    if (this.pause > 0) return;
    this.#failures += 1;
    const pauses = this.#failures - FAILURES_TO_OPEN;
    if (pauses >= 0) {
      this.#notBefore = this.#elapsed() + Math.min(FIRST_PAUSE_MS * 2 ** pauses, MAX_PAUSE_MS);
    }
  }
}
