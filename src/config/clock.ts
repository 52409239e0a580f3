import { Injectable } from '@nestjs/common';

/** The one source of time, so that tests can move it. */
@Injectable()
export class Clock {
  /** Seconds since the epoch, UTC. */
  now(): number {
    return Math.floor(Date.now() / 1000);
  }
}
