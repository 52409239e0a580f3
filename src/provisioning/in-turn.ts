import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { newId } from '../persistence/id.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';

/** If a process crashes during its work, the others wait for this time. */
const leaseSeconds = 15;
const renewEveryMilliseconds = 5_000;
const askAgainAfterMilliseconds = 50;
const maxWaitMilliseconds = 120_000;

/** Lets only one of the processes that share a database do some work at a time. For work that is too long for a transaction. */
@Injectable()
export class InTurn {
  constructor(
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  /** Waits for its turn, then does the work and renews the lease meanwhile. */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const holder = newId();
    await this.wait(name, holder);
    const renewal = setInterval(
      () => void this.take(name, holder).catch(() => false),
      renewEveryMilliseconds,
    );
    try {
      return await work();
    } finally {
      clearInterval(renewal);
      await this.leases.release(name, holder);
    }
  }

  private async wait(name: string, holder: string): Promise<void> {
    const deadline = performance.now() + maxWaitMilliseconds;
    while (!(await this.take(name, holder))) {
      if (performance.now() > deadline)
        throw new Error(`another process has been running "${name}" for two minutes`);
      await delay(askAgainAfterMilliseconds);
    }
  }

  private take(name: string, holder: string): Promise<boolean> {
    const now = this.clock.now();
    return this.leases.acquire(name, holder, now, now + leaseSeconds);
  }
}
