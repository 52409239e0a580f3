import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Throttle } from '../entities/throttle.entity.js';
import { Database } from '../database.js';
import { affected, isDuplicate, rows } from '../sql.js';

/** Attempts counted in fixed windows, in the database, so that all replicas count together. */
@Injectable()
export class ThrottlesStore {
  constructor(private readonly database: Database) {}

  /** Counts one more attempt and tells how many the window holds now, and when it ends. */
  async count(keyHash: string, now: number, window: number): Promise<{ attempts: number; endsAt: number }> {
    return this.database.write(async (tx) => {
      if (!(await this.increment(tx, keyHash, now, window))) {
        try {
          await tx.insert(Throttle, { keyHash, attempts: 1, expiresAt: now + window });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          await this.increment(tx, keyHash, now, window);
        }
      }
      const [row] = await rows<{ attempts: number; endsAt: number }>(
        tx,
        'SELECT attempts, expires_at AS endsAt FROM throttles WHERE key_hash = ?',
        [keyHash],
      );
      return row ?? { attempts: 1, endsAt: now + window };
    });
  }

  /** Takes back one attempt, which turned out to be good. */
  async giveBack(keyHash: string): Promise<void> {
    await this.database.write((tx) =>
      affected(tx, 'UPDATE throttles SET attempts = attempts - 1 WHERE key_hash = ? AND attempts > 0', [
        keyHash,
      ]),
    );
  }

  async forget(keyHash: string): Promise<void> {
    await this.database.write((tx) => affected(tx, 'DELETE FROM throttles WHERE key_hash = ?', [keyHash]));
  }

  private async increment(tx: EntityManager, keyHash: string, now: number, window: number): Promise<boolean> {
    const counted = await affected(
      tx,
      `UPDATE throttles SET attempts = CASE WHEN expires_at > ? THEN attempts + 1 ELSE 1 END,
         expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END WHERE key_hash = ?`,
      [now, now, now + window, keyHash],
    );
    return counted === 1;
  }
}
