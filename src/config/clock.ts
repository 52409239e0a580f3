import { Injectable } from '@nestjs/common';

/** Smaller corrections are ordinary. */
const minStepMilliseconds = 60_000;

/**
 * The one source of time, so that tests can move it. Between two corrections it goes by the monotonic clock of the machine, so that a
 * wall clock which jumps moves nothing.
 */
@Injectable()
export class Clock {
  /** What the time is at zero of the monotonic clock, in milliseconds since the epoch. */
  private origin = Date.now() - performance.now();

  private steppedAt = -Infinity;

  /** Seconds since the epoch, UTC. */
  now(): number {
    return Math.floor((this.origin + performance.now()) / 1_000);
  }

  /** Seconds since an arbitrary moment, with fractions: for ages, such as those of caches. No correction moves it. */
  monotonic(): number {
    return performance.now() / 1_000;
  }

  /** Corrects the time. @param epochMilliseconds what the time is now, in milliseconds since the epoch */
  set(epochMilliseconds: number): void {
    const origin = epochMilliseconds - performance.now();
    if (Math.abs(origin - this.origin) > minStepMilliseconds) this.steppedAt = this.monotonic();
    this.origin = origin;
  }

  /** Seconds since a correction moved the time by more than a minute: whether it was right may show later. */
  steadyFor(): number {
    return this.monotonic() - this.steppedAt;
  }
}
