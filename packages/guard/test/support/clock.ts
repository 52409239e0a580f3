/** A clock that stands until it is moved. */
export class Clock {
  #milliseconds = Date.now();

  readonly now = (): number => this.#milliseconds;

  advance(seconds: number): void {
    this.#milliseconds += seconds * 1000;
  }
}
