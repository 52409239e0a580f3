import { Clock } from '../../src/config/clock.js';

/** The present, which a test moves on by hand. */
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
