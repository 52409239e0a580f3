import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { newId } from '../../../persistence/id.js';
import { LeasesStore } from '../../../persistence/stores/leases.store.js';
import type { LoadedUpstream } from '../definition.js';
import { Upstreams } from '../upstreams.js';
import { DirectorySync } from './directory-sync.js';

const everyMilliseconds = 30_000;

/** Looks at the directories in their time, on one replica. */
@Injectable()
export class DirectorySyncSchedule {
  private readonly logger = new Logger(DirectorySyncSchedule.name);
  private isRunning = false;

  constructor(
    private readonly sync: DirectorySync,
    private readonly upstreams: Upstreams,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'directorySyncSeconds'>,
  ) {}

  @Interval(everyMilliseconds)
  async syncInTurn(): Promise<void> {
    if (this.isRunning || this.settings.directorySyncSeconds === 0) return;
    this.isRunning = true;
    try {
      for (const upstream of await this.upstreams.directories()) await this.look(upstream);
    } catch (error) {
      this.logger.warn(`directories were not looked at, and are later: ${(error as Error).message}`);
    } finally {
      this.isRunning = false;
    }
  }

  private async look(upstream: LoadedUpstream): Promise<void> {
    if (!(await this.isDue(upstream.alias))) return;
    try {
      await this.sync.sync(upstream);
    } catch (error) {
      this.logger.warn(`the directory ${upstream.alias} was not looked at: ${(error as Error).message}`);
    }
  }

  /** True for one replica in each interval. The lease is kept until the next, and each look takes it anew. */
  private async isDue(alias: string): Promise<boolean> {
    const now = this.clock.now();
    const until = now + this.settings.directorySyncSeconds;
    return this.leases.acquire(`directory-sync:${alias}`, newId(), now, until);
  }
}
