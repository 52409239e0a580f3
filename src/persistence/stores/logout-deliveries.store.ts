import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { LogoutDelivery } from '../entities/logout-delivery.entity.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';
import { type Page, type PageRequest, toPage } from '../page.js';
import type { SqlValue } from '../sql.js';

/** Seconds that a delivery is kept to be looked at after it was queued. */
const keptFor = 7 * 86_400;

export interface LogoutDeliveryFilter {
  readonly clientId?: string;
  readonly userId?: string;
  readonly state?: LogoutDelivery['state'];
}

/** The queue of clients that are to be told of the end of a session. */
@Injectable()
export class LogoutDeliveriesStore {
  constructor(private readonly database: Database) {}

  /** Queues the clients of one session, in the transaction that ends it. */
  async queueSession(tx: EntityManager, sessionId: string, now: number): Promise<void> {
    await this.queue(tx, 's.id = ?', sessionId, now);
  }

  /** Queues the clients of all sessions of a user that are not yet ended, before they are. */
  async queueUser(tx: EntityManager, userId: string, now: number): Promise<void> {
    await this.queue(tx, 's.user_id = ? AND s.ended_at IS NULL', userId, now);
  }

  /** What is due, the longest waiting first. */
  async due(now: number, limit: number): Promise<LogoutDelivery[]> {
    return this.database.read
      .createQueryBuilder(LogoutDelivery, 'delivery')
      .where('delivery.dueAt <= :now', { now })
      .orderBy('delivery.dueAt')
      .addOrderBy('delivery.id')
      .limit(limit)
      .getMany();
  }

  async isAnyDue(now: number): Promise<boolean> {
    const found = await this.database.query<unknown>(
      'SELECT 1 FROM logout_deliveries WHERE due_at <= ? LIMIT 1',
      [now],
    );
    return found.length > 0;
  }

  /** The client took it. */
  async succeed(id: string, now: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        "UPDATE logout_deliveries SET state = 'delivered', attempts = attempts + 1, due_at = NULL, delivered_at = ?, last_problem = NULL WHERE id = ?",
        [now, id],
      ),
    );
  }

  /** @param retryAt when to try again; null to give up */
  async fail(id: string, problem: string, retryAt: number | null): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE logout_deliveries SET state = ?, attempts = attempts + 1, due_at = ?, last_problem = ? WHERE id = ?',
        [retryAt === null ? 'failed' : 'pending', retryAt, problem.slice(0, 255), id],
      ),
    );
  }

  /** Makes it due, whatever became of it so far; false when it was delivered, or is not there. */
  async retry(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const queued = await this.database.affected(
      tx,
      "UPDATE logout_deliveries SET state = 'pending', due_at = ?, expires_at = ? WHERE id = ? AND state <> 'delivered'",
      [now, now + keptFor, id],
    );
    return queued === 1;
  }

  async find(id: string): Promise<LogoutDelivery | null> {
    return this.database.read.findOneBy(LogoutDelivery, { id });
  }

  /** Oldest first. */
  async list(filter: LogoutDeliveryFilter, { after, limit }: PageRequest): Promise<Page<LogoutDelivery>> {
    const query = this.database.read
      .createQueryBuilder(LogoutDelivery, 'delivery')
      .orderBy('delivery.id')
      .limit(limit + 1);
    for (const [name, value] of Object.entries(filter)) {
      if (value !== undefined) query.andWhere(`delivery.${name} = :${name}`, { [name]: value });
    }
    if (after !== undefined) query.andWhere('delivery.id > :after', { after });
    return toPage(await query.getMany(), limit);
  }

  private async queue(tx: EntityManager, which: string, value: SqlValue, now: number): Promise<void> {
    const told = await this.database.rows<RowOf<Pick<LogoutDelivery, 'sessionId' | 'clientId' | 'userId'>>>(
      tx,
      `SELECT s.id AS session_id, s.user_id, sc.client_id
         FROM sessions s JOIN session_clients sc ON sc.session_id = s.id
              JOIN clients c ON c.client_id = sc.client_id
        WHERE ${which} AND c.backchannel_logout_uri IS NOT NULL AND c.disabled_at IS NULL`,
      [value],
    );
    for (const row of told) {
      await tx.insert(LogoutDelivery, {
        sessionId: row.session_id,
        userId: row.user_id,
        clientId: row.client_id,
        id: newId(),
        state: 'pending',
        attempts: 0,
        dueAt: now,
        lastProblem: null,
        createdAt: now,
        deliveredAt: null,
        expiresAt: now + keptFor,
      });
    }
  }
}
