import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Identity } from '../entities/identity.entity.js';
import type { RowOf } from '../naming.js';

/** An identity without what a directory sync knows of it. */
export type NewIdentity = Omit<Identity, 'missedLooks' | 'disabledUserAt'>;

/** An identity, and the upstream that knows it. */
export type ListedIdentity = Omit<NewIdentity, 'subjectHash' | 'members'> & { readonly alias: string };

@Injectable()
export class IdentitiesStore {
  constructor(private readonly database: Database) {}

  async find(upstreamId: string, subjectHash: string): Promise<Identity | null> {
    return this.database.read.findOneBy(Identity, { upstreamId, subjectHash });
  }

  /** The first identities whose subject differs from this one in case alone. */
  async inOtherCase(upstreamId: string, subject: string): Promise<Identity[]> {
    return this.database.read
      .createQueryBuilder(Identity, 'identity')
      .where('identity.upstreamId = :upstreamId AND LOWER(identity.subject) = :key', {
        upstreamId,
        key: subject.toLowerCase(),
      })
      .orderBy('identity.id')
      .take(5)
      .getMany();
  }

  /** The identities of a user, oldest first. */
  async of(userId: string): Promise<ListedIdentity[]> {
    const rows = await this.database.query<RowOf<ListedIdentity>>(
      `SELECT i.id, i.user_id, i.upstream_id, u.alias, i.subject, i.label, i.created_at, i.last_used_at
         FROM identities i JOIN upstreams u ON u.id = i.upstream_id WHERE i.user_id = ? ORDER BY i.id`,
      [userId],
    );
    return rows.map((row) => ({
      id: row.id,
      userId: row.user_id,
      upstreamId: row.upstream_id,
      alias: row.alias,
      subject: row.subject,
      label: row.label,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    }));
  }

  /** Whether a user is linked to an upstream. */
  async isLinked(tx: EntityManager, upstreamId: string, userId: string): Promise<boolean> {
    return tx.existsBy(Identity, { upstreamId, userId });
  }

  /** @returns false if the upstream's subject is somebody's already */
  async insert(tx: EntityManager, identity: NewIdentity): Promise<boolean> {
    const { id, userId, upstreamId, subjectHash, subject, label, members, createdAt, lastUsedAt } = identity;
    return this.database.insertIfAbsent(
      tx,
      `INSERT INTO identities (id, user_id, upstream_id, subject_hash, subject, label, members, created_at, last_used_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, userId, upstreamId, subjectHash, subject, label, members, createdAt, lastUsedAt],
    );
  }

  /** Notes a use, with what the person calls the account there now, and what comes from there. */
  async use(
    tx: EntityManager,
    id: string,
    { label, members }: Pick<Identity, 'label' | 'members'>,
    now: number,
  ): Promise<void> {
    await tx.update(Identity, { id }, { label, members, lastUsedAt: now });
  }

  /** The members of a user that come from upstreams that are enabled, so that the user cannot change them here. */
  async membersOwned(userId: string): Promise<string[]> {
    const rows = await this.database.query<Pick<Identity, 'members'>>(
      'SELECT i.members FROM identities i JOIN upstreams u ON u.id = i.upstream_id WHERE i.user_id = ? AND u.enabled = true',
      [userId],
    );
    return rows.flatMap(({ members }) => members.split(' ').filter(Boolean));
  }

  /** The directory that has the password of a user; undefined if none does. */
  async directoryOf(userId: string): Promise<string | undefined> {
    const row = await this.database.row<{ alias: string }>(
      `SELECT u.alias FROM identities i JOIN upstreams u ON u.id = i.upstream_id
        WHERE i.user_id = ? AND u.enabled = true AND u.protocol = 'ldap'`,
      [userId],
    );
    return row?.alias;
  }

  /** The members of a user that a directory owns. */
  async membersOfDirectory(userId: string): Promise<string[]> {
    const rows = await this.database.query<Pick<Identity, 'members'>>(
      `SELECT i.members FROM identities i JOIN upstreams u ON u.id = i.upstream_id
        WHERE i.user_id = ? AND u.enabled = true AND u.protocol = 'ldap'`,
      [userId],
    );
    return rows.flatMap(({ members }) => members.split(' ').filter(Boolean));
  }

  /** Forgets that a directory had the user disabled. */
  async forgetDisabledBy(tx: EntityManager, userId: string): Promise<void> {
    await this.database.writeLater(
      tx,
      'UPDATE identities SET disabled_user_at = NULL WHERE user_id = ? AND disabled_user_at IS NOT NULL',
      [userId],
    );
  }

  async delete(tx: EntityManager, id: string, userId: string): Promise<boolean> {
    return (await tx.delete(Identity, { id, userId })).affected === 1;
  }

  async deleteOf(tx: EntityManager, userId: string, upstreamId: string): Promise<void> {
    await tx.delete(Identity, { userId, upstreamId });
  }

  /** Some of the people whom an upstream knows, each once. */
  async someUsersOf(upstreamId: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT DISTINCT user_id FROM identities WHERE upstream_id = ? ORDER BY user_id LIMIT ${limit}`,
      [upstreamId],
    );
    return rows.map((row) => row.user_id);
  }
}
