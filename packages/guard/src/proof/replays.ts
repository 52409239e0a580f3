import { hash } from 'node:crypto';

/** Proofs seen lately, so that none is taken twice. Bounded: when full of proofs that still count, it takes no more. */
export class Replays {
  readonly #until = new Map<string, number>();
  readonly #size: number;

  /** @param size how many proofs are kept */
  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Takes note of a proof.
   *
   * @param until when it has become too old to be accepted anyway, in the unit of `now`
   * @returns whether it is new, was seen before, or cannot be told since there is no room
   */
  note(jti: string, until: number, now: number): 'new' | 'seen' | 'full' {
    const key = hash('sha256', jti, 'binary');
    const seen = this.#until.get(key);
    if (seen !== undefined && seen > now) return 'seen';
    this.#tidy(now);
    if (this.#until.size >= this.#size) return 'full';
    this.#until.delete(key);
    this.#until.set(key, until);
    return 'new';
  }

  // The times are nearly in order: what is out of order is found a little later.
  #tidy(now: number): void {
    for (const [key, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(key);
    }
  }
}
