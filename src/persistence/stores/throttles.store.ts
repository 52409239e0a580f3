import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { marks } from '../sql.js';
import type { Transaction } from '../transaction.js';
import { updateOrInsert } from '../update-or-insert.js';

/** The attempts in a window. */
export interface Count {
  readonly attempts: number;
  /** The end of the window, in seconds since the epoch. */
  readonly endsAt: number;
}

interface CountRow {
  readonly key_hash: string;
  readonly attempts: number;
  readonly expires_at: number;
}

/** Attempts counted in fixed windows, in the database, so that all replicas count together. */
@Injectable()
export class ThrottlesStore {
  constructor(private readonly database: Database) {}

  /** Counts one more attempt. Returns the attempts in the current window, and when the window ends. */
  async count(keyHash: string, now: number, window: number): Promise<Count> {
    const [count] = await this.countAll([keyHash], now, window);
    return count ?? { attempts: 1, endsAt: now + window };
  }

  /** Counts one more attempt under each of the keys, in one transaction. Returns a count for each key, in their order. */
  async countAll(keyHashes: readonly string[], now: number, window: number): Promise<Count[]> {
    const counts = await this.database.write(async (tx) => {
      // In one order everywhere, so that no two transactions wait for each other.
      for (const keyHash of keyHashes.toSorted()) await this.add(tx, keyHash, now, window);
      return this.database.rows<CountRow>(tx, selectCounts(keyHashes), keyHashes);
    });
    const byKey = byKeyHash(counts);
    return keyHashes.map((keyHash) => byKey.get(keyHash) ?? { attempts: 1, endsAt: now + window });
  }

  /** The counts of keys. A window that has ended may be among them. */
  async find(keyHashes: readonly string[]): Promise<Map<string, Count>> {
    return byKeyHash(await this.database.query<CountRow>(selectCounts(keyHashes), [...keyHashes]));
  }

  /** Takes back one attempt. */
  async takeBack(keyHash: string): Promise<void> {
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

  private async add(tx: Transaction, keyHash: string, now: number, window: number): Promise<void> {
    await updateOrInsert(
      () =>
        this.database.affected(
          tx,
          `UPDATE throttles SET attempts = CASE WHEN expires_at > ? THEN attempts + 1 ELSE 1 END,
             expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END WHERE key_hash = ?`,
          [now, now, now + window, keyHash],
        ),
      () =>
        this.database.insertIfAbsent(
          tx,
          'INSERT INTO throttles (key_hash, attempts, expires_at) VALUES (?, 1, ?)',
          [keyHash, now + window],
        ),
    );
  }
}

const selectCounts = (keyHashes: readonly string[]): string =>
  `SELECT key_hash, attempts, expires_at FROM throttles WHERE key_hash IN (${marks(keyHashes)})`;

const byKeyHash = (rows: readonly CountRow[]): Map<string, Count> =>
  new Map(rows.map((row) => [row.key_hash, { attempts: row.attempts, endsAt: row.expires_at }]));
