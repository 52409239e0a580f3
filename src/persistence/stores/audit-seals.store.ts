import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { Database } from '../database.js';
import { AuditEvent } from '../entities/audit-event.entity.js';
import { AuditSeal } from '../entities/audit-seal.entity.js';
import { marks } from '../sql.js';

/** What sealing writes to an event. */
export type SealedMembers = Pick<AuditEvent, 'id' | 'seal' | 'place' | 'salt' | 'detailDigest' | 'digest'>;

/** An event has a seal already, or its detail was erased since it was read. Thrown inside of the transaction, which is rolled back. */
export class SealedMeanwhile extends Error {}

/** The chain of the audit trail. */
@Injectable()
export class AuditSealsStore {
  constructor(private readonly database: Database) {}

  /** Events that have no seal yet, oldest first. */
  async unsealed(limit: number): Promise<AuditEvent[]> {
    return this.database.read.find(AuditEvent, {
      where: { seal: IsNull() },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  async last(): Promise<AuditSeal | undefined> {
    const [seal] = await this.database.read.find(AuditSeal, { order: { number: 'DESC' }, take: 1 });
    return seal;
  }

  /**
   * Seals the events. Nothing else may be written in the transaction.
   * @param read the events as they were read, from which the seal was made
   * @throws SealedMeanwhile if another replica has sealed one of them, or its detail was erased
   */
  async insert(
    tx: EntityManager,
    seal: AuditSeal,
    events: readonly SealedMembers[],
    read: readonly Pick<AuditEvent, 'id' | 'detail'>[],
  ): Promise<void> {
    await this.holdAsRead(tx, read);
    await tx.insert(AuditSeal, seal);
    for (const { id, seal: number, place, salt, detailDigest, digest } of events) {
      const sealed = await this.database.affected(
        tx,
        `UPDATE audit_events SET seal = ?, place = ?, salt = ?, detail_digest = ?, digest = ?
          WHERE id = ? AND seal IS NULL`,
        [number, place, salt, detailDigest, digest, id],
      );
      if (sealed === 0) throw new SealedMeanwhile();
    }
  }

  /** Holds the events: a detail that is erased from now on is erased with its salt. */
  private async holdAsRead(
    tx: EntityManager,
    read: readonly Pick<AuditEvent, 'id' | 'detail'>[],
  ): Promise<void> {
    const ids = read.map(({ id }) => id);
    const rows = await this.database.lockedRows<{ readonly id: string; readonly detail: string | null }>(
      tx,
      `SELECT id, detail FROM audit_events WHERE id IN (${marks(ids)})`,
      ids,
    );
    const details = new Map(rows.map(({ id, detail }) => [id, detail === null ? null : JSON.parse(detail)]));
    if (!read.every(({ id, detail }) => isDeepStrictEqual(details.get(id), detail)))
      throw new SealedMeanwhile();
  }

  /** The seals after a number, in order. */
  async after(number: number, limit: number): Promise<AuditSeal[]> {
    return this.database.read
      .createQueryBuilder(AuditSeal, 'seal')
      .where('seal.number > :number', { number })
      .orderBy('seal.number')
      .limit(limit)
      .getMany();
  }

  /** The events of a seal, in their places. */
  async eventsOf(seal: number): Promise<AuditEvent[]> {
    return this.database.read.find(AuditEvent, { where: { seal }, order: { place: 'ASC', id: 'ASC' } });
  }

  /** Events whose seal is none of those that there are. */
  async strays(lastSeal: number): Promise<AuditEvent[]> {
    return this.database.read
      .createQueryBuilder(AuditEvent, 'event')
      .where('event.seal > :lastSeal OR event.seal < 1', { lastSeal })
      .limit(100)
      .getMany();
  }

  /** Whether the trail says that a user was deleted. */
  async saysDeleted(userId: string): Promise<boolean> {
    return this.database.read.existsBy(AuditEvent, { userId, event: 'user.deleted' });
  }
}
