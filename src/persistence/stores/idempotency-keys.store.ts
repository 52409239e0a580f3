import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { IdempotencyKey } from '../entities/idempotency-key.entity.js';
import type { RowOf } from '../naming.js';

/** What a row says of a run, beside whose it is. */
export type KeyState = Omit<IdempotencyKey, 'keyHash'>;

@Injectable()
export class IdempotencyKeysStore {
  constructor(private readonly database: Database) {}

  /** Begins a run under a key that is not in use: true for exactly one caller. */
  async begin({ keyHash, runId, stateSealed, pendingUntil, expiresAt }: IdempotencyKey): Promise<boolean> {
    return this.database.write((tx) =>
      this.database.insertIfAbsent(
        tx,
        'INSERT INTO idempotency_keys (key_hash, run_id, state_sealed, pending_until, expires_at) VALUES (?, ?, ?, ?, ?)',
        [keyHash, runId, stateSealed, pendingUntil, expiresAt],
      ),
    );
  }

  async find(keyHash: string): Promise<KeyState | undefined> {
    const [row] = await this.database.query<RowOf<KeyState>>(
      'SELECT run_id, state_sealed, pending_until, expires_at FROM idempotency_keys WHERE key_hash = ?',
      [keyHash],
    );
    return (
      row && {
        runId: row.run_id,
        stateSealed: row.state_sealed,
        pendingUntil: row.pending_until,
        expiresAt: row.expires_at,
      }
    );
  }

  /** Puts a run in the place of one that is over: true for exactly one caller. */
  async replace(
    formerRunId: string,
    { keyHash, runId, stateSealed, pendingUntil, expiresAt }: IdempotencyKey,
  ): Promise<boolean> {
    const replaced = await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE idempotency_keys SET run_id = ?, state_sealed = ?, pending_until = ?, expires_at = ? WHERE key_hash = ? AND run_id = ?',
        [runId, stateSealed, pendingUntil, expiresAt, keyHash, formerRunId],
      ),
    );
    return replaced === 1;
  }

  /** Keeps the answer of a run. Nothing happens if another run has taken its place. */
  async complete(keyHash: string, runId: string, stateSealed: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE idempotency_keys SET state_sealed = ?, pending_until = NULL WHERE key_hash = ? AND run_id = ?',
        [stateSealed, keyHash, runId],
      ),
    );
  }

  /** Forgets a run that came to nothing. */
  async abandon(keyHash: string, runId: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'DELETE FROM idempotency_keys WHERE key_hash = ? AND run_id = ?', [
        keyHash,
        runId,
      ]),
    );
  }
}
