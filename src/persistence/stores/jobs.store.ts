import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Job } from '../entities/job.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** A job, its errors and its result are kept for this long after it was started. */
export const jobRetentionSeconds = 7 * 86_400;

/** What a job begins with. */
export type NewJob = Pick<Job, 'id' | 'kind' | 'options' | 'startedBy' | 'address' | 'scopes' | 'total'>;

/** Which jobs are listed. */
export type JobFilter = Partial<Pick<Job, 'kind' | 'state'>>;

/** What became of some rows of a job. */
export type RowCounts = Pick<Job, 'done' | 'created' | 'updated' | 'skipped' | 'refused'>;

const unfinished = "state IN ('waiting', 'running')";

/** Jobs and their progress. */
@Injectable()
export class JobsStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, job: NewJob, now: number): Promise<void> {
    await tx.insert(Job, {
      ...job,
      state: 'waiting',
      done: 0,
      created: 0,
      updated: 0,
      skipped: 0,
      refused: 0,
      lastUserId: null,
      problem: null,
      createdAt: now,
      startedAt: null,
      endedAt: null,
      expiresAt: now + jobRetentionSeconds,
    });
  }

  async find(id: string): Promise<Job | null> {
    return this.database.read.findOneBy(Job, { id });
  }

  /** Newest first. */
  async list({ kind, state }: JobFilter, page: PageRequest): Promise<Page<Job>> {
    const query = addPage(this.database.read.createQueryBuilder(Job, 'job'), page, 'createdAt', 'DESC');
    if (kind !== undefined) query.andWhere('job.kind = :kind', { kind });
    if (state !== undefined) query.andWhere('job.state = :state', { state });
    return toPage(await query.getMany(), page.limit);
  }

  /** How many of the jobs that somebody started have not ended. */
  async countUnfinished(startedBy: string, tx: EntityManager = this.database.read): Promise<number> {
    const [row] = await this.database.rows<{ jobs: number | string }>(
      tx,
      `SELECT COUNT(*) AS jobs FROM jobs WHERE started_by = ? AND ${unfinished}`,
      [startedBy],
    );
    return Number(row?.jobs ?? 0);
  }

  /**
   * Takes the rows of a job that come next, in the transaction of what they change: others who would do the same rows wait, and find that
   * they are done.
   * @param done how many rows the caller believes to be done
   * @returns false if they are not the next ones any more, or the job has ended
   */
  async take(tx: EntityManager, id: string, done: number, now: number): Promise<boolean> {
    const taken = await this.database.affected(
      tx,
      `UPDATE jobs SET state = 'running', started_at = COALESCE(started_at, ?) WHERE id = ? AND done = ? AND ${unfinished}`,
      [now, id, done],
    );
    return taken === 1;
  }

  /** Adds what became of the rows that were taken. */
  async advance(tx: EntityManager, id: string, counts: RowCounts, lastUserId?: string): Promise<void> {
    const { done, created, updated, skipped, refused } = counts;
    await this.database.affected(
      tx,
      `UPDATE jobs SET done = done + ?, created = created + ?, updated = updated + ?, skipped = skipped + ?,
         refused = refused + ?, last_user_id = COALESCE(?, last_user_id) WHERE id = ?`,
      [done, created, updated, skipped, refused, lastUserId ?? null, id],
    );
  }

  /**
   * Ends a job. Users may have come and gone during an export: in the end, its rows are those that were written.
   * @returns false if it had ended before
   */
  async end(
    tx: EntityManager,
    id: string,
    { state, problem = null, now }: Pick<Job, 'state'> & { problem?: string | null; now: number },
  ): Promise<boolean> {
    const ended = await this.database.affected(
      tx,
      `UPDATE jobs SET total = ${state === 'succeeded' ? 'done' : 'total'}, state = ?, problem = ?, ended_at = ?
        WHERE id = ? AND ${unfinished}`,
      [state, problem?.slice(0, 255) ?? null, now, id],
    );
    return ended === 1;
  }

  async delete(tx: EntityManager, id: string): Promise<boolean> {
    return (await tx.delete(Job, { id })).affected === 1;
  }
}
