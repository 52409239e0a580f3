import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { HealthDetails } from '../../../http/health-details.js';
import { newId } from '../../../persistence/id.js';
import { LeasesStore } from '../../../persistence/stores/leases.store.js';
import type { LoadedUpstream } from '../definition.js';
import { Upstreams } from '../upstreams.js';
import { DirectorySync } from './directory-sync.js';
import { SyncJournal } from './sync-journal.js';

const everyMilliseconds = 15_000;
/** How long another replica waits for one that ended in the middle of a sync. */
const minLeaseSeconds = 120;

/** Syncs each directory at its time, on one replica at a time. */
@Injectable()
export class DirectorySyncSchedule implements OnApplicationShutdown {
  private readonly logger = new Logger(DirectorySyncSchedule.name);
  private readonly problems = new Map<string, string>();
  private isRunning = false;
  private isStopping = false;

  constructor(
    private readonly upstreams: Upstreams,
    private readonly sync: DirectorySync,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
    private readonly journal: SyncJournal,
    @Inject(SETTINGS)
    private readonly settings: Pick<Settings, 'directorySyncInterval'>,
    details: HealthDetails,
  ) {
    details.register('directories', () =>
      this.problems.size === 0 ? undefined : Object.fromEntries(this.problems),
    );
  }

  @Interval(everyMilliseconds)
  async syncInTurn(): Promise<void> {
    if (this.isRunning || this.settings.directorySyncInterval === 0) return;
    this.isRunning = true;
    try {
      for (const upstream of await this.upstreams.directories())
        if (!this.isStopping) await this.syncIfDue(upstream);
    } catch (error) {
      this.logger.warn(`directories were not synced: ${(error as Error).message}`);
    } finally {
      this.isRunning = false;
    }
  }

  onApplicationShutdown(): void {
    this.isStopping = true;
  }

  /** Whoever gets the lease syncs; it ends when the next sync is due. */
  private async syncIfDue(upstream: LoadedUpstream): Promise<void> {
    const { alias } = upstream;
    const lease = `directory-sync:${upstream.id}`;
    const holder = newId();
    const interval = this.settings.directorySyncInterval;
    const begunAt = this.clock.now();
    const hold = (seconds: number): Promise<boolean> => {
      const now = this.clock.now();
      return this.leases.acquire(lease, holder, now, now + seconds);
    };
    if (!(await hold(Math.max(interval, minLeaseSeconds)))) return;
    try {
      const { stopped } = await this.sync.run(upstream, {
        isDelta: await this.journal.isDeltaDue(upstream),
        onBatch: async () => !this.isStopping && (await hold(Math.max(interval, minLeaseSeconds))),
      });
      this.remember(alias, stopped);
    } catch (error) {
      this.remember(alias, (error as Error).message);
    } finally {
      await hold(Math.max(0, begunAt + interval - this.clock.now()));
    }
  }

  private remember(alias: string, problem: string | null): void {
    if (problem === null) this.problems.delete(alias);
    else {
      this.problems.set(alias, problem);
      this.logger.warn(`the directory ${alias} was not synced: ${problem}`);
    }
  }
}
