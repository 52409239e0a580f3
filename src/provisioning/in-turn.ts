import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { newId } from '../persistence/id.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';

/** Seconds that a process which died at its work keeps the others waiting. */
const leaseFor = 15;
const renewEveryMilliseconds = 5_000;
const askAgainAfterMilliseconds = 50;
const longestWaitMilliseconds = 120_000;

/** Work that one process does at a time, also of several on one database; longer than a transaction may be. */
@Injectable()
export class InTurn {
  constructor(
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  /** Waits for its turn, then works; the lease is kept up meanwhile. */
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
    const deadline = performance.now() + longestWaitMilliseconds;
    while (!(await this.take(name, holder))) {
      if (performance.now() > deadline)
        throw new Error(`another process has been at "${name}" for two minutes`);
      await delay(askAgainAfterMilliseconds);
    }
  }

  private take(name: string, holder: string): Promise<boolean> {
    const now = this.clock.now();
    return this.leases.acquire(name, holder, now, now + leaseFor);
  }
}
