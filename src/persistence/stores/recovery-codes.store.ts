import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { RecoveryCode } from '../entities/recovery-code.entity.js';
import { newId } from '../id.js';

@Injectable()
export class RecoveryCodesStore {
  constructor(private readonly database: Database) {}

  /** The codes of a user, used ones too. */
  async of(userId: string): Promise<RecoveryCode[]> {
    return this.database.read.find(RecoveryCode, { where: { userId }, order: { id: 'ASC' } });
  }

  /** Replaces the codes of a user. */
  async replace(
    tx: EntityManager,
    userId: string,
    codeHashes: readonly string[],
    createdAt: number,
  ): Promise<void> {
    await this.delete(tx, userId);
    await tx.insert(
      RecoveryCode,
      codeHashes.map((codeHash) => ({ id: newId(), userId, codeHash, createdAt, usedAt: null })),
    );
  }

  /** Uses a code up: true for exactly one caller. */
  async use(tx: EntityManager, userId: string, codeHash: string, now: number): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      'UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL',
      [now, userId, codeHash],
    );
    return used === 1;
  }

  async delete(tx: EntityManager, userId: string): Promise<void> {
    await tx.delete(RecoveryCode, { userId });
  }
}
