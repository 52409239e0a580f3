import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Changes } from '../audit/changes.js';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { ThrottlesStore } from '../persistence/stores/throttles.store.js';
import { networksOf } from './network.js';

/** What one subscriber may do in a window. Wider networks may do it more often. */
export interface NetworkLimit {
  /** What is counted. */
  readonly name: string;
  readonly maxCount: number;
  readonly windowSeconds: number;
  /** Whether the audit trail says that it was exceeded, under this name. What has an event of its own says no. */
  readonly isRecorded?: boolean;
}

/** One counter of a limit. */
export interface LimitCounter {
  readonly keyHash: string;
  readonly maxCount: number;
}

/** Networks whose end of a wait is kept in memory. */
const maxKeptWaits = 10_000;

/** Limits what anonymous requests from one network can do. Counted in the database, so that all replicas count together. */
@Injectable()
export class NetworkLimits {
  /** Ends of windows that are used up (seconds since the epoch): what comes until then writes nothing. */
  private readonly usedUp = new LRUCache<string, number>({ max: maxKeptWaits });

  constructor(
    private readonly store: ThrottlesStore,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one more.
   * @returns the seconds to wait if it is one too many, otherwise undefined
   */
  async count(limit: NetworkLimit, address: string): Promise<number | undefined> {
    const now = this.clock.now();
    const counters = countersOf(limit, address);
    const kept = Math.max(...counters.map(({ keyHash }) => this.usedUp.get(keyHash) ?? 0));
    if (kept > now) return kept - now;
    const counts = await this.store.countAll(
      counters.map(({ keyHash }) => keyHash),
      now,
      limit.windowSeconds,
    );
    const ends = counters.flatMap(({ keyHash, maxCount }, index) => {
      const { attempts = 0, endsAt = now } = counts[index] ?? {};
      if (attempts <= maxCount) return [];
      this.usedUp.set(keyHash, endsAt);
      return [endsAt];
    });
    if (ends.length === 0) return undefined;
    const isFirst = counters.some(({ maxCount }, index) => counts[index]?.attempts === maxCount + 1);
    if (limit.isRecorded && isFirst)
      await this.changes.note({
        event: 'request.throttled',
        actor: { name: 'unknown', address },
        detail: { limit: limit.name },
      });
    return Math.max(...ends) - now;
  }

  /**
   * Looks at the counts, for what is counted only if it fails.
   * @returns the seconds to wait if the limit is reached, otherwise undefined
   */
  async wait(limit: NetworkLimit, address: string): Promise<number | undefined> {
    return waitFor(countersOf(limit, address), this.store, this.clock.now());
  }
}

/** The counters of a limit, for the networks of an address, the smallest first. */
export function countersOf({ name, maxCount }: NetworkLimit, address: string): LimitCounter[] {
  return networksOf(address).map((network) => ({
    keyHash: lookupHash(`${name} ${network.name}`),
    maxCount: maxCount * network.share,
  }));
}

/** The seconds until each of the counters has room for one more; undefined if they have. */
export async function waitFor(
  counters: readonly LimitCounter[],
  store: ThrottlesStore,
  now: number,
): Promise<number | undefined> {
  const counts = await store.find(counters.map(({ keyHash }) => keyHash));
  const ends = counters.flatMap(({ keyHash, maxCount }) => {
    const { attempts = 0, endsAt = now } = counts.get(keyHash) ?? {};
    return attempts >= maxCount && endsAt > now ? [endsAt] : [];
  });
  return ends.length === 0 ? undefined : Math.max(...ends) - now;
}
