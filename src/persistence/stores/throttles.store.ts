import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { updateOrInsert } from '../update-or-insert.js';

/** Attempts counted in fixed windows, in the database, so that all replicas count together. */
@Injectable()
export class ThrottlesStore {
  constructor(private readonly database: Database) {}

  /** Counts one more attempt. Returns the attempts in the current window, and when the window ends. */
  async count(keyHash: string, now: number, window: number): Promise<{ attempts: number; endsAt: number }> {
    return this.database.write(async (tx) => {
      await updateOrInsert(
        () => this.increment(tx, keyHash, now, window),
        () =>
          this.database.insertIfAbsent(
            tx,
            'INSERT INTO throttles (key_hash, attempts, expires_at) VALUES (?, 1, ?)',
            [keyHash, now + window],
          ),
      );
      const [row] = await this.database.rows<{ attempts: number; expires_at: number }>(
        tx,
        'SELECT attempts, expires_at FROM throttles WHERE key_hash = ?',
        [keyHash],
      );
      return row ? { attempts: row.attempts, endsAt: row.expires_at } : { attempts: 1, endsAt: now + window };
    });
  }

  /** The attempts in the current window, and when it ends; none if there is no window. */
  async current(keyHash: string, now: number): Promise<{ attempts: number; endsAt: number }> {
    const [row] = await this.database.query<{ attempts: number; expires_at: number }>(
      'SELECT attempts, expires_at FROM throttles WHERE key_hash = ? AND expires_at > ?',
      [keyHash, now],
    );
    return { attempts: row?.attempts ?? 0, endsAt: row?.expires_at ?? now };
  }

  /** Takes back one attempt, because it succeeded. */
  async refund(keyHash: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE throttles SET attempts = attempts - 1 WHERE key_hash = ? AND attempts > 0',
        [keyHash],
      ),
    );
  }

  async forget(keyHash: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'DELETE FROM throttles WHERE key_hash = ?', [keyHash]),
    );
  }

  private async increment(tx: EntityManager, keyHash: string, now: number, window: number): Promise<number> {
    return this.database.affected(
      tx,
      `UPDATE throttles SET attempts = CASE WHEN expires_at > ? THEN attempts + 1 ELSE 1 END,
         expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END WHERE key_hash = ?`,
      [now, now, now + window, keyHash],
    );
  }
}
