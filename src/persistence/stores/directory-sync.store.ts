import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Identity } from '../entities/identity.entity.js';
import { Upstream } from '../entities/upstream.entity.js';
import type { RowOf } from '../naming.js';
import { marks } from '../sql.js';

/** Somebody whom a directory knows, and whether they may sign in here. */
export interface SyncedIdentity extends Pick<Identity, 'id' | 'userId' | 'subject' | 'missedLooks'> {
  readonly username: string;
  /** The time at which the directory had the user disabled; null if it had not. */
  readonly disabledUserAt: number | null;
  readonly disabledAt: number | null;
  readonly deletionDueAt: number | null;
}

const numberOrNull = (value: string | number | null): number | null =>
  value === null ? null : Number(value);

/** What looking at all people of a directory reads and notes. */
@Injectable()
export class DirectorySyncStore {
  constructor(private readonly database: Database) {}

  /** The identities behind an id, in the order of their ids. */
  async batch(upstreamId: string, after: string, limit: number): Promise<SyncedIdentity[]> {
    return this.identities(`i.upstream_id = ? AND i.id > ? ORDER BY i.id LIMIT ${limit}`, [
      upstreamId,
      after,
    ]);
  }

  /** The identities that have these subjects. */
  async ofSubjects(upstreamId: string, subjectHashes: readonly string[]): Promise<SyncedIdentity[]> {
    if (subjectHashes.length === 0) return [];
    return this.identities(
      `i.upstream_id = ? AND i.subject_hash IN (${marks(subjectHashes)}) ORDER BY i.id`,
      [upstreamId, ...subjectHashes],
    );
  }

  private async identities(condition: string, values: readonly string[]): Promise<SyncedIdentity[]> {
    const rows = await this.database.query<RowOf<SyncedIdentity>>(
      `SELECT i.id, i.user_id, i.subject, i.missed_looks, i.disabled_user_at, u.username, u.disabled_at, u.deletion_due_at
         FROM identities i JOIN users u ON u.id = i.user_id WHERE ${condition}`,
      [...values],
    );
    return rows.map((row) => ({
      id: row.id,
      userId: row.user_id,
      subject: row.subject,
      missedLooks: row.missed_looks,
      disabledUserAt: numberOrNull(row.disabled_user_at),
      username: row.username,
      disabledAt: numberOrNull(row.disabled_at),
      deletionDueAt: numberOrNull(row.deletion_due_at),
    }));
  }

  async count(upstreamId: string): Promise<number> {
    const [row] = await this.database.query<{ found: string | number }>(
      'SELECT COUNT(*) AS found FROM identities WHERE upstream_id = ?',
      [upstreamId],
    );
    return Number(row?.found);
  }

  /** Counts one more look in which somebody was not found. */
  async countMissed(id: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'UPDATE identities SET missed_looks = missed_looks + 1 WHERE id = ?', [id]),
    );
  }

  async forgetMissed(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const statement = `UPDATE identities SET missed_looks = 0 WHERE id IN (${marks(ids)})`;
    await this.database.write((tx) => this.database.affected(tx, statement, [...ids]));
  }

  /** The other subjects of a user at the same upstream. */
  async otherSubjects(upstreamId: string, { id, userId }: SyncedIdentity): Promise<string[]> {
    const rows = await this.database.query<{ subject: string }>(
      'SELECT subject FROM identities WHERE upstream_id = ? AND user_id = ? AND id <> ?',
      [upstreamId, userId, id],
    );
    return rows.map(({ subject }) => subject);
  }

  /**
   * Notes when the directory had the user disabled, or null once it has not: with all that links the user to it, whichever entry ended.
   * @returns false if nothing links them any more
   */
  async markDisabled(
    tx: EntityManager,
    upstreamId: string,
    userId: string,
    disabledUserAt: number | null,
  ): Promise<boolean> {
    const marked = await this.database.affected(
      tx,
      'UPDATE identities SET disabled_user_at = ?, missed_looks = 0 WHERE upstream_id = ? AND user_id = ?',
      [disabledUserAt, upstreamId, userId],
    );
    return marked > 0;
  }

  /** Notes how the last look ended. What is omitted stays, such as the time of the last good one. */
  async note(
    upstreamId: string,
    end: Partial<Pick<Upstream, 'syncedAt' | 'fullySyncedAt' | 'syncProblem' | 'syncMark'>>,
  ): Promise<void> {
    await this.database.write((tx) =>
      tx.update(Upstream, { id: upstreamId }, { ...end, syncProgress: null }),
    );
  }

  /** Notes how a look goes on. */
  async noteProgress(upstreamId: string, syncProgress: string): Promise<void> {
    await this.database.write((tx) => tx.update(Upstream, { id: upstreamId }, { syncProgress }));
  }

  async stateOf(
    upstreamId: string,
  ): Promise<
    Pick<Upstream, 'syncedAt' | 'fullySyncedAt' | 'syncProblem' | 'syncMark' | 'syncProgress'> | undefined
  > {
    const state = await this.database.read.findOne(Upstream, {
      select: { syncedAt: true, fullySyncedAt: true, syncProblem: true, syncMark: true, syncProgress: true },
      where: { id: upstreamId },
    });
    return state ?? undefined;
  }

  /** The directories that are in use, with the end of their last look. */
  async states(): Promise<Pick<Upstream, 'id' | 'alias' | 'syncedAt' | 'syncProblem' | 'createdAt'>[]> {
    return this.database.read.find(Upstream, {
      select: { id: true, alias: true, syncedAt: true, syncProblem: true, createdAt: true },
      where: { protocol: 'ldap', enabled: true },
      order: { id: 'ASC' },
    });
  }
}
