import { hash } from 'node:crypto';
import { VerifierUnavailable } from '../token/token-verifier.js';

/** Remembers which DPoP proofs were seen, so that none is taken twice (RFC 9449 §11.1). */
export interface ReplayStore {
  /**
   * Takes note of a proof; of calls side by side with the same id, one is the first.
   *
   * @param id of the proof together with its key
   * @param until the last moment at which it is not too old, in seconds since the epoch, as `now`: then it counts still
   * @returns whether it was not seen before
   * @throws {VerifierUnavailable} when that cannot be told for now
   */
  note(id: string, until: number, now: number): boolean | Promise<boolean>;
}

/** Proofs seen lately by this process. Bounded: when full of proofs that still count, it takes no more. */
export class Replays implements ReplayStore {
  readonly #until = new Map<string, number>();
  readonly #size: number;

  /** @param size how many proofs are kept */
  constructor(size: number) {
    this.#size = size;
  }

  note(id: string, until: number, now: number): boolean {
    const key = hash('sha256', id, 'binary');
    const seen = this.#until.get(key);
    if (seen !== undefined && seen >= now) return false;
    this.#tidy(now);
    if (this.#until.size >= this.#size) {
      throw new VerifierUnavailable('No room to remember another DPoP proof', 1);
    }
    this.#until.delete(key);
    this.#until.set(key, until);
    return true;
  }

  // The times are nearly in order: what is out of order is found a little later.
  #tidy(now: number): void {
    for (const [key, until] of this.#until) {
      if (until >= now) return;
      this.#until.delete(key);
    }
  }
}
