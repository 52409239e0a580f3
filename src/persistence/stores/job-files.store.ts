import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { JobChunk } from '../entities/job-chunk.entity.js';
import { JobError } from '../entities/job-error.entity.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';

/** Why a row was refused. */
export type RowError = Pick<JobError, 'line' | 'username' | 'member' | 'reason'>;

type ChunkRow = RowOf<Pick<JobChunk, 'ordinal' | 'content'>>;

/** What jobs read and write: the rows of imports, the results of exports, and the errors of rows. */
@Injectable()
export class JobFilesStore {
  constructor(private readonly database: Database) {}

  async addChunk(
    tx: EntityManager,
    chunk: Pick<JobChunk, 'jobId' | 'ordinal' | 'content' | 'expiresAt'>,
  ): Promise<void> {
    await tx.insert(JobChunk, { ...chunk, id: newId() });
  }

  /** The ordinal of a part that is added to the end of a result. */
  async nextOrdinal(tx: EntityManager, jobId: string): Promise<number> {
    const [row] = await this.database.rows<{ parts: number | string }>(
      tx,
      'SELECT COUNT(*) AS parts FROM job_chunks WHERE job_id = ?',
      [jobId],
    );
    return Number(row?.parts ?? 0);
  }

  /** The part of a file that has this row. */
  async chunkWith(jobId: string, row: number): Promise<Pick<JobChunk, 'ordinal' | 'content'> | undefined> {
    const [found] = await this.database.query<ChunkRow>(
      'SELECT ordinal, content FROM job_chunks WHERE job_id = ? AND ordinal <= ? ORDER BY ordinal DESC LIMIT 1',
      [jobId, row],
    );
    return found && { ordinal: found.ordinal, content: found.content };
  }

  /** The text of a whole file, part by part. */
  async *text(jobId: string): AsyncIterable<string> {
    let last = -1;
    for (;;) {
      const [found] = await this.database.query<ChunkRow>(
        'SELECT ordinal, content FROM job_chunks WHERE job_id = ? AND ordinal > ? ORDER BY ordinal LIMIT 1',
        [jobId, last],
      );
      if (!found) return;
      last = found.ordinal;
      yield found.content;
    }
  }

  /** Forgets the file of a job. */
  async dropChunks(tx: EntityManager, jobId: string): Promise<void> {
    await tx.delete(JobChunk, { jobId });
  }

  /** Forgets the parts of a file whose rows are done. */
  async dropChunk(tx: EntityManager, jobId: string, ordinal: number): Promise<void> {
    await tx.delete(JobChunk, { jobId, ordinal });
  }

  async addErrors(
    tx: EntityManager,
    jobId: string,
    errors: readonly RowError[],
    expiresAt: number,
  ): Promise<void> {
    if (errors.length === 0) return;
    await tx.insert(
      JobError,
      errors.map((error) => ({ ...error, id: newId(), jobId, expiresAt })),
    );
  }

  /** The errors of a job in the order of the file. */
  async errors(jobId: string, limit: number, after = ''): Promise<JobError[]> {
    return this.database.read
      .createQueryBuilder(JobError, 'error')
      .where('error.jobId = :jobId AND error.id > :after', { jobId, after })
      .orderBy('error.id')
      .limit(limit)
      .getMany();
  }

  async dropErrors(tx: EntityManager, jobId: string): Promise<void> {
    await tx.delete(JobError, { jobId });
  }
}
