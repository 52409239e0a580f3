import { Clock } from '../../src/config/clock.js';

/** The present, which a test moves on by hand. */
export class TestClock extends Clock {
  private offset = 0;
  private turned = 0;
  private held: number | undefined;

  override now(): number {
    return (this.held ?? super.now()) + this.offset + this.turned;
  }

  override monotonic(): number {
    return super.monotonic() + this.offset;
  }

  /** Lets seconds pass by `advance` alone from now on, for specifications that hold what happens to the second. */
  hold(): void {
    this.held ??= super.now();
  }

  /** Turns the wall clock by seconds, while no time passes. */
  turn(seconds: number): void {
    this.turned += seconds;
  }

  /** Lets time pass, in seconds. */
  advance(seconds: number): void {
    this.offset += seconds;
  }
}
