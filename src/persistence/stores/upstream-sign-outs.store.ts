import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { marks } from '../sql.js';
import { updateOrInsert } from '../update-or-insert.js';

/** Which sessions at upstreams have ended of late. */
@Injectable()
export class UpstreamSignOutsStore {
  constructor(private readonly database: Database) {}

  async note(tx: EntityManager, keyHash: string, signedOutAt: number, expiresAt: number): Promise<void> {
    await updateOrInsert(
      () =>
        this.database.affected(
          tx,
          'UPDATE upstream_sign_outs SET signed_out_at = ?, expires_at = ? WHERE key_hash = ?',
          [signedOutAt, expiresAt, keyHash],
        ),
      () =>
        this.database.insertIfAbsent(
          tx,
          'INSERT INTO upstream_sign_outs (key_hash, signed_out_at, expires_at) VALUES (?, ?, ?)',
          [keyHash, signedOutAt, expiresAt],
        ),
    );
  }

  /** Whether one of these has ended at a time or later. */
  async hasAnySince(tx: EntityManager, keyHashes: readonly string[], since: number): Promise<boolean> {
    const found = await this.database.rows<unknown>(
      tx,
      `SELECT 1 FROM upstream_sign_outs WHERE key_hash IN (${marks(keyHashes)}) AND signed_out_at >= ?`,
      [...keyHashes, since],
    );
    return found.length > 0;
  }
}
