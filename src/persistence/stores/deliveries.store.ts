import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Delivery } from '../entities/delivery.entity.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';
import { marks, type SqlValue } from '../sql.js';

/** A delivery is kept for this long after it was queued, so that administrators can inspect it. */
const retentionSeconds = 7 * 86_400;

/** The kind of OIDC back-channel logout requests. */
export const logoutDeliveryKind = 'backchannel_logout';

/** Filter for the list of deliveries. */
export interface DeliveryFilter {
  readonly kind?: string;
  readonly clientId?: string;
  readonly userId?: string;
  readonly state?: Delivery['state'];
}

/** What is queued; without what it does not have. */
export interface NewDelivery
  extends
    Pick<Delivery, 'kind'>,
    Partial<Pick<Delivery, 'clientId' | 'userId' | 'sessionId' | 'payload' | 'contentSealed'>> {}

/** Deliveries that wait for their time, and their outcome. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  /** Queues a delivery that is due now, in the transaction of what it is about. */
  async queue(tx: EntityManager, delivery: NewDelivery, now: number): Promise<void> {
    await tx.insert(Delivery, {
      clientId: null,
      userId: null,
      sessionId: null,
      payload: null,
      contentSealed: null,
      ...delivery,
      id: newId(),
      state: 'pending',
      attempts: 0,
      dueAt: now,
      lastProblem: null,
      createdAt: now,
      deliveredAt: null,
      expiresAt: now + retentionSeconds,
    });
  }

  /** Queues logout requests to the clients of one session, in the transaction that ends it. */
  async queueLogoutsOfSession(tx: EntityManager, sessionId: string, now: number): Promise<void> {
    await this.queueLogouts(tx, 's.id = ?', sessionId, now);
  }

  /** Queues logout requests to the clients of all active sessions of a user, before these are ended. */
  async queueLogoutsOfUser(tx: EntityManager, userId: string, now: number): Promise<void> {
    await this.queueLogouts(tx, 's.user_id = ? AND s.ended_at IS NULL', userId, now);
  }

  /** The due deliveries of these kinds, the longest waiting first. */
  async due(kinds: readonly string[], now: number, limit: number): Promise<Delivery[]> {
    return this.database.read
      .createQueryBuilder(Delivery, 'delivery')
      .where('delivery.dueAt <= :now AND delivery.kind IN (:...kinds)', { now, kinds })
      .orderBy('delivery.dueAt')
      .addOrderBy('delivery.id')
      .limit(limit)
      .getMany();
  }

  /** Whether any delivery of these kinds is due. */
  async isAnyDue(kinds: readonly string[], now: number): Promise<boolean> {
    const found = await this.database.query<unknown>(
      `SELECT 1 FROM deliveries WHERE due_at <= ? AND kind IN (${marks(kinds)}) LIMIT 1`,
      [now, ...kinds],
    );
    return found.length > 0;
  }

  /** Records that a delivery succeeded. */
  async succeed(id: string, now: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, due_at = NULL, delivered_at = ?, last_problem = NULL, content_sealed = NULL WHERE id = ?",
        [now, id],
      ),
    );
  }

  /** Puts an entry whose work is not done to the end of those that are due. Failed attempts before do not count any more. */
  async goOn(id: string, now: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'UPDATE deliveries SET due_at = ?, attempts = 0 WHERE id = ?', [now, id]),
    );
  }

  /**
   * Records that an attempt failed.
   * @param retryAt the time of the next attempt; null if there is none
   */
  async fail(id: string, problem: string, retryAt: number | null): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        `UPDATE deliveries SET state = ?, attempts = attempts + 1, due_at = ?, last_problem = ?${
          retryAt === null ? ', content_sealed = NULL' : ''
        } WHERE id = ?`,
        [retryAt === null ? 'failed' : 'pending', retryAt, problem.slice(0, 255), id],
      ),
    );
  }

  /** Makes a delivery due again. Returns false if it was delivered, or does not exist. */
  async retry(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const queued = await this.database.affected(
      tx,
      "UPDATE deliveries SET state = 'pending', due_at = ?, expires_at = ? WHERE id = ? AND state <> 'delivered'",
      [now, now + retentionSeconds, id],
    );
    return queued === 1;
  }

  async find(id: string): Promise<Delivery | null> {
    return this.database.read.findOneBy(Delivery, { id });
  }

  /** Oldest first. */
  async list(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>> {
    const query = addPage(this.database.read.createQueryBuilder(Delivery, 'delivery'), page, 'createdAt');
    for (const [name, value] of Object.entries(filter)) {
      if (value !== undefined) query.andWhere(`delivery.${name} = :${name}`, { [name]: value });
    }
    return toPage(await query.getMany(), page.limit);
  }

  private async queueLogouts(tx: EntityManager, which: string, value: SqlValue, now: number): Promise<void> {
    const clients = await this.database.rows<RowOf<Pick<Delivery, 'sessionId' | 'clientId' | 'userId'>>>(
      tx,
      `SELECT s.id AS session_id, s.user_id, sc.client_id
         FROM sessions s JOIN session_clients sc ON sc.session_id = s.id
              JOIN clients c ON c.client_id = sc.client_id
        WHERE ${which} AND c.backchannel_logout_uri IS NOT NULL AND c.disabled_at IS NULL`,
      [value],
    );
    for (const row of clients) {
      await this.queue(
        tx,
        { kind: logoutDeliveryKind, sessionId: row.session_id, userId: row.user_id, clientId: row.client_id },
        now,
      );
    }
  }
}
