import { Clock } from '../../src/config/clock.js';

/** A clock that starts at the present and moves only by hand. */
export class TestClock extends Clock {
  private offset = 0;

  override now(): number {
    return super.now() + this.offset;
  }

  /** Lets time pass, in seconds. */
  advance(seconds: number): void {
    this.offset += seconds;
  }
}
