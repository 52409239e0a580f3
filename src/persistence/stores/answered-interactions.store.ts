import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import type { AnsweredInteraction } from '../entities/answered-interaction.entity.js';
import type { RowOf } from '../naming.js';

/** A sealed answer, and when it was given. */
export type StoredAnswer = Pick<AnsweredInteraction, 'responseSealed' | 'answeredAt'>;

@Injectable()
export class AnsweredInteractionsStore {
  constructor(private readonly database: Database) {}

  /** Keeps the answer: true for exactly one caller. */
  async insert(tx: EntityManager, answered: AnsweredInteraction): Promise<boolean> {
    return this.database.insertIfAbsent(
      tx,
      'INSERT INTO answered_interactions (id, response_sealed, answered_at, expires_at) VALUES (?, ?, ?, ?)',
      [answered.id, answered.responseSealed, answered.answeredAt, answered.expiresAt],
    );
  }

  async find(id: string): Promise<StoredAnswer | undefined> {
    const row = await this.database.row<RowOf<StoredAnswer>>(
      'SELECT response_sealed, answered_at FROM answered_interactions WHERE id = ?',
      [id],
    );
    return row && { responseSealed: row.response_sealed, answeredAt: row.answered_at };
  }
}
