import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { TokenUse } from '../entities/token-use.entity.js';
import { newId } from '../id.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';
import { marks } from '../sql.js';
import { updateOrInsert } from '../update-or-insert.js';

/** Uses that were counted since they were written last. */
export type CountedUse = Omit<TokenUse, 'id'>;

@Injectable()
export class TokenUsesStore {
  constructor(private readonly database: Database) {}

  /** Adds to what is counted already. Of users who do not exist any more nothing is written. */
  async add(tx: EntityManager, counted: readonly CountedUse[]): Promise<void> {
    const userIds = [...new Set(counted.map(({ userId }) => userId))];
    const rows = await this.database.rows<{ readonly id: string }>(
      tx,
      `SELECT id FROM users WHERE id IN (${marks(userIds)})`,
      userIds,
    );
    const known = new Set(rows.map(({ id }) => id));
    for (const use of counted) if (known.has(use.userId)) await this.addOne(tx, use);
  }

  /** The latest uses of an agent for somebody, latest first. */
  async latest(userId: string, clientId: string, limit: number): Promise<TokenUse[]> {
    return this.database.read.find(TokenUse, {
      where: { userId, clientId },
      order: { lastAt: 'DESC', id: 'DESC' },
      take: limit,
    });
  }

  /** The client_ids of the agents that did something for somebody. */
  async agentsOf(userId: string): Promise<string[]> {
    const rows = await this.database.query<{ readonly client_id: string }>(
      'SELECT DISTINCT client_id FROM token_uses WHERE user_id = ? ORDER BY client_id',
      [userId],
    );
    return rows.map((row) => row.client_id);
  }

  /** What all agents did for somebody, oldest first. */
  async list(userId: string, page: PageRequest): Promise<Page<TokenUse>> {
    const query = addPage(this.database.read.createQueryBuilder(TokenUse, 'token_use'), page, 'lastAt');
    return toPage(await query.andWhere('token_use.userId = :userId', { userId }).getMany(), page.limit);
  }

  private async addOne(tx: EntityManager, use: CountedUse): Promise<void> {
    await updateOrInsert(
      () =>
        this.database.affected(
          tx,
          `UPDATE token_uses SET uses = uses + ?, last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END WHERE use_key = ?`,
          [use.uses, use.lastAt, use.lastAt, use.useKey],
        ),
      () =>
        this.database.insertIfAbsent(
          tx,
          `INSERT INTO token_uses
             (id, use_key, user_id, client_id, grant_id, resource, kind, asked_by, hour, uses, last_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            newId(),
            use.useKey,
            use.userId,
            use.clientId,
            use.grantId,
            use.resource,
            use.kind,
            use.askedBy,
            use.hour,
            use.uses,
            use.lastAt,
            use.expiresAt,
          ],
        ),
    );
  }
}
