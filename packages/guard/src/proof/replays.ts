import { hash } from 'node:crypto';
import { VerifierUnavailable } from '../token/token-verifier.js';

/** Remembers which DPoP proofs were used, so that each is accepted only once (RFC 9449 §11.1). */
export interface ReplayStore {
  /**
   * Records a proof. Of several concurrent calls with the same id, only one may return true.
   *
   * @param id identifies the proof and its key
   * @param until the last second, since the epoch, in which the proof would be accepted; it must be remembered until then
   * @param now seconds since the epoch
   * @returns whether the proof was not used before
   * @throws {VerifierUnavailable} if that is not known
   */
  note(id: string, until: number, now: number): boolean | Promise<boolean>;
}

/** The proofs that this process accepted recently. If it is full of proofs that have not expired, it accepts no more. */
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
      throw new VerifierUnavailable('The cache of DPoP proofs is full', 1);
    }
    this.#until.delete(key);
    this.#until.set(key, until);
    return true;
  }

  // The times are nearly in order. An entry that is out of order is removed a little later.
  #tidy(now: number): void {
    for (const [key, until] of this.#until) {
      if (until >= now) return;
      this.#until.delete(key);
    }
  }
}
