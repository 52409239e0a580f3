/** Does work a few at a time; the rest waits in a line that has an end. */
export class Line {
  readonly #maxAtOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #atOnce = 0;

  constructor(maxAtOnce: number, maxWaiting: number) {
    this.#maxAtOnce = maxAtOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether there is no place left. */
  get isFull(): boolean {
    return this.#atOnce >= this.#maxAtOnce && this.#waiting.length >= this.#maxWaiting;
  }

  /** Waits for its turn, then does the work. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#atOnce < this.#maxAtOnce) this.#atOnce += 1;
    // Whoever ends passes its place on.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atOnce -= 1;
      else next();
    }
  }
}
