import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { Database } from '../../persistence/database.js';
import type { Delivery } from '../../persistence/entities/delivery.entity.js';
import type { Job, JobKind, JobState } from '../../persistence/entities/job.entity.js';
import { JobFilesStore } from '../../persistence/stores/job-files.store.js';
import { JobsStore } from '../../persistence/stores/jobs.store.js';
import { type DeliveryHandler, type DeliveryProblem, unfinished } from '../../queue/delivery-handler.js';
import { DeliveryQueue } from '../../queue/delivery-queue.js';
import { deliveryKindOfJobs, JobFailure, type JobWork } from './job-work.js';
import { UserExport } from './user-export.js';
import { UserImport } from './user-import.js';

/** What else is due in the queue waits no longer than this. */
const turnMilliseconds = 1_000;

/** Goes on with jobs as entries of the queue, on one replica at a time. */
@Injectable()
export class JobRunner implements DeliveryHandler, OnModuleInit {
  readonly kind = deliveryKindOfJobs;
  readonly retryDelaysSeconds = [5, 30, 120, 600];
  private readonly works: Readonly<Record<JobKind, JobWork>>;

  constructor(
    userImport: UserImport,
    userExport: UserExport,
    private readonly jobs: JobsStore,
    private readonly files: JobFilesStore,
    private readonly queue: DeliveryQueue,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.works = { user_import: userImport, user_export: userExport };
  }

  onModuleInit(): void {
    this.queue.register(this);
  }

  describe({ payload }: Delivery): string {
    return `the job ${String(payload?.['job'])}`;
  }

  async deliver(
    { payload, attempts }: Delivery,
    stopping: AbortSignal,
  ): Promise<DeliveryProblem | typeof unfinished | undefined> {
    const id = String(payload?.['job']);
    const end = performance.now() + turnMilliseconds;
    try {
      do {
        const from = performance.now();
        if (!(await this.step(id))) return undefined;
        // Requests have the database for as long as the step took, since SQLite runs statements on the event loop.
        await delay(performance.now() - from, undefined, { signal: stopping }).catch(() => undefined);
      } while (!stopping.aborted && performance.now() < end);
      return unfinished;
    } catch (error) {
      if (attempts < this.retryDelaysSeconds.length) throw error;
      await this.end(id, 'failed', 'an error that lasted: see the log of the server');
      return { reason: (error as Error).message, final: true };
    }
  }

  /**
   * Does the rows that come next.
   * @returns the job as it was before; undefined once it has ended
   */
  async step(id: string): Promise<Job | undefined> {
    const job = await this.jobs.find(id);
    if (!job || job.endedAt !== null) return undefined;
    try {
      if (await this.works[job.kind].step(job)) return job;
      await this.end(id, 'succeeded');
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error;
      await this.end(id, 'failed', error.message);
    }
    return undefined;
  }

  private async end(id: string, state: JobState, problem?: string): Promise<void> {
    await this.database.write(async (tx) => {
      const ended = await this.jobs.end(tx, id, { state, problem: problem ?? null, now: this.clock.now() });
      // Rows that are left are those of an import. The result of an export is kept.
      if (ended && state === 'failed') await this.files.dropChunks(tx, id);
    });
  }
}
