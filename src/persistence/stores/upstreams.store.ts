import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Upstream } from '../entities/upstream.entity.js';
import { newId } from '../id.js';

/** What a change of an upstream writes. A secret that is undefined stays as it is. */
export type UpstreamColumns = Pick<
  Upstream,
  'alias' | 'protocol' | 'enabled' | 'members' | 'metadataRead'
> & {
  readonly secretSealed: string | null | undefined;
};

@Injectable()
export class UpstreamsStore {
  constructor(private readonly database: Database) {}

  /** In the order in which they were registered. */
  async all(tx: EntityManager = this.database.read): Promise<Upstream[]> {
    return tx.find(Upstream, { order: { id: 'ASC' } });
  }

  async find(alias: string): Promise<Upstream | null> {
    return this.database.read.findOneBy(Upstream, { alias });
  }

  /** The upstream with this alias, held until the transaction ends. */
  async hold(tx: EntityManager, alias: string): Promise<Upstream | null> {
    const held = await this.database.lockedRows<Pick<Upstream, 'id'>>(
      tx,
      'SELECT id FROM upstreams WHERE alias = ?',
      [alias],
    );
    return held[0] ? tx.findOneBy(Upstream, { id: held[0].id }) : null;
  }

  /** @throws DuplicateError if the alias is taken */
  async insert(
    tx: EntityManager,
    { secretSealed = null, ...columns }: UpstreamColumns,
    now: number,
  ): Promise<void> {
    await tx.insert(Upstream, {
      ...columns,
      id: newId(),
      secretSealed,
      version: 0,
      createdAt: now,
      updatedAt: now,
    });
  }

  async update(tx: EntityManager, id: string, columns: UpstreamColumns, now: number): Promise<void> {
    await tx.update(Upstream, { id }, { ...columns, updatedAt: now, version: () => 'version + 1' });
  }

  /** @param changedAt if what they say has changed */
  async keepMetadata(
    tx: EntityManager,
    id: string,
    metadataRead: object,
    changedAt: number | undefined,
  ): Promise<void> {
    const change = { updatedAt: changedAt ?? 0, version: () => 'version + 1' };
    await tx.update(Upstream, { id }, { metadataRead, ...(changedAt !== undefined && change) });
  }

  /** Turns it off, so that nobody signs in there any more. */
  async disable(tx: EntityManager, id: string, now: number): Promise<void> {
    await tx.update(Upstream, { id }, { enabled: false, updatedAt: now, version: () => 'version + 1' });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(Upstream, { id });
  }

  /** How many active sessions the people have whom it knows. */
  async countSessions(id: string, now: number, idleSince: number): Promise<number> {
    const [row] = await this.database.query<{ sessions: string | number }>(
      `SELECT COUNT(*) AS sessions FROM sessions s
        WHERE s.user_id IN (SELECT i.user_id FROM identities i WHERE i.upstream_id = ?)
          AND s.ended_at IS NULL AND s.expires_at > ? AND (s.last_seen_at > ? OR s.kept = true)`,
      [id, now, idleSince],
    );
    return Number(row?.sessions);
  }
}
