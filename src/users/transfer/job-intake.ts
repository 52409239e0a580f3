import { BadRequestException, ConflictException, Injectable, PayloadTooLargeException } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { nameOf, type Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { Database } from '../../persistence/database.js';
import type { JobOptions } from '../../persistence/entities/job.entity.js';
import { newId } from '../../persistence/id.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import { JobFilesStore } from '../../persistence/stores/job-files.store.js';
import { jobRetentionSeconds, JobsStore, type NewJob } from '../../persistence/stores/jobs.store.js';
import { LeasesStore } from '../../persistence/stores/leases.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { type FileRow, rowsOf } from './file-rows.js';
import { deliveryKindOfJobs } from './job-work.js';

/** Who starts a job, with the scopes that the work may use. */
export interface Starter {
  readonly actor: Originator;
  readonly scopes: ReadonlySet<string>;
  /** The queue goes on with the job after this time, if whoever started it has not finished it by then. */
  readonly delaySeconds?: number;
}

/** A part of a file is stored with at most so many rows and characters, which fit a column of any database. */
const maxChunkRows = 200;
const maxChunkLength = 20_000;

/** The escaped NUL character in JSON, which is no escaped backslash before a text. */
const nul = /(?<!\\)(?:\\\\)*\\u0000/;

/** A row as it is stored. Control characters take more room there. */
function storedForm({ line, ...row }: FileRow): string {
  const written = JSON.stringify({ line, ...row });
  if (written.length > maxChunkLength) return JSON.stringify({ line, problem: 'is too long' });
  return nul.test(written)
    ? JSON.stringify({ line, problem: 'has a NUL character, which cannot be stored' })
    : written;
}

/** Short rows take more room once they are stored. */
const maxRows = 500_000;

/** Jobs of one caller that have not ended. */
const maxUnfinished = 5;

/** Takes jobs in. Rows are stored while they arrive, so that a file is never in memory as a whole. */
@Injectable()
export class JobIntake {
  constructor(
    private readonly jobs: JobsStore,
    private readonly files: JobFilesStore,
    private readonly users: UsersStore,
    private readonly deliveries: DeliveriesStore,
    private readonly leases: LeasesStore,
    private readonly changes: Changes,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the rows of a file to be imported, and starts the job.
   * @returns the id of the job
   * @throws BadRequestException if the file cannot be read or has no row
   * @throws PayloadTooLargeException
   * @throws ConflictException if too many jobs of the caller have not ended
   */
  async import(
    file: AsyncIterable<Buffer>,
    options: JobOptions & Required<Pick<JobOptions, 'mode'>>,
    starter: Starter,
  ): Promise<string> {
    await this.requireFew(starter);
    const id = newId();
    try {
      const total = await this.store(id, rowsOf(file, options.format));
      if (total === 0) throw new BadRequestException('the file has no row');
      const event = {
        event: 'users.import_started',
        actor: starter.actor,
        detail: { job: id, mode: options.dryRun ? 'dry run' : options.mode, rows: total },
      } as const;
      await this.changes.change(event, (tx, now) =>
        this.start(tx, { id, kind: 'user_import', options, total }, starter, now),
      );
      return id;
    } catch (error) {
      await this.database.write((tx) => this.files.dropChunks(tx, id));
      throw error;
    }
  }

  /**
   * Starts an export.
   * @returns the id of the job
   * @throws ConflictException if too many jobs of the caller have not ended
   */
  async export(options: JobOptions, starter: Starter): Promise<string> {
    await this.requireFew(starter);
    const id = newId();
    const total = await this.users.count();
    const event = {
      event: 'users.export_started',
      actor: starter.actor,
      detail: { job: id, hashes: options.hashes ? 'yes' : 'no' },
    } as const;
    await this.changes.change(event, (tx, now) =>
      this.start(tx, { id, kind: 'user_export', options, total }, starter, now),
    );
    return id;
  }

  private async start(
    tx: Transaction,
    job: Pick<NewJob, 'id' | 'kind' | 'options' | 'total'>,
    starter: Starter,
    now: number,
  ): Promise<void> {
    const { actor, scopes, delaySeconds = 0 } = starter;
    // Of jobs whose files arrive at once, no more start than of those that come one by one.
    await this.leases.serialise(tx, 'jobs');
    await this.requireFew(starter, tx);
    await this.jobs.insert(
      tx,
      {
        ...job,
        startedBy: starterName(actor),
        address: typeof actor === 'string' ? null : actor.address,
        scopes: [...scopes].join(' '),
      },
      now,
    );
    const due = now + delaySeconds;
    await this.deliveries.queue(tx, { kind: deliveryKindOfJobs, payload: { job: job.id } }, due);
  }

  /** @returns how many rows were stored */
  private async store(jobId: string, rows: AsyncIterable<FileRow>): Promise<number> {
    const expiresAt = this.clock.now() + jobRetentionSeconds;
    let ordinal = 0;
    let chunk: string[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      if (chunk.length === 0) return;
      const content = `[${chunk.join(',')}]`;
      await this.database.write((tx) => this.files.addChunk(tx, { jobId, ordinal, content, expiresAt }));
      ordinal += chunk.length;
      chunk = [];
      length = 0;
    };
    for await (const row of rows) {
      if (ordinal + chunk.length === maxRows)
        throw new PayloadTooLargeException(`a file has at most ${maxRows} rows`);
      const written = storedForm(row);
      if (chunk.length === maxChunkRows || length + written.length > maxChunkLength) await flush();
      chunk.push(written);
      length += written.length + 1;
    }
    await flush();
    return ordinal;
  }

  /** @throws ConflictException */
  private async requireFew({ actor }: Starter, tx?: Transaction): Promise<void> {
    if ((await this.jobs.countUnfinished(starterName(actor), tx)) >= maxUnfinished)
      throw new ConflictException(
        `${maxUnfinished} of your jobs have not ended: wait for one of them, or cancel it`,
      );
  }
}

/** As the column of jobs holds it. */
const starterName = (actor: Originator): string => nameOf(actor).slice(0, 255);
