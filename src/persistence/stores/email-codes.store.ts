import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { EmailCode } from '../entities/email-code.entity.js';
import { marks } from '../sql.js';

/** Codes that were mailed to people who sign in. */
@Injectable()
export class EmailCodesStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, code: Omit<EmailCode, 'usedAt'>): Promise<void> {
    await tx.insert(EmailCode, { ...code, usedAt: null });
  }

  /**
   * Uses a code up: true for exactly one caller, on all replicas, in time, and while its user has the address and has it verified.
   * @param codeHashes the forms in which it may be stored
   */
  async use(
    tx: EntityManager,
    { id, userId }: Pick<EmailCode, 'id' | 'userId'>,
    codeHashes: readonly string[],
    now: number,
  ): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      `UPDATE email_codes SET used_at = ?
        WHERE id = ? AND user_id = ? AND code_hash IN (${marks(codeHashes)}) AND used_at IS NULL AND expires_at > ?
          AND email = (SELECT u.email FROM users u WHERE u.id = email_codes.user_id AND u.email_verified = true)`,
      [now, id, userId, ...codeHashes, now],
    );
    return used === 1;
  }
}
