import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { Transaction } from '../transaction.js';

/** Where values are stored that are sealed under the secret of the service. */
export const sealedColumns = {
  signing_keys: { id: 'kid', column: 'private_jwk_sealed' },
  client_secrets: { id: 'id', column: 'sealed_secret' },
  answered_interactions: { id: 'id', column: 'response_sealed' },
  idempotency_keys: { id: 'key_hash', column: 'state_sealed' },
  pushed_requests: { id: 'request_uri_hash', column: 'response_sealed' },
  backchannel_requests: { id: 'id', column: 'ping_sealed' },
  authenticators: { id: 'user_id', column: 'secret_sealed' },
  deliveries: { id: 'id', column: 'content_sealed' },
  audit_seals: { id: 'id', column: 'hash_sealed' },
  upstream_requests: { id: 'state_hash', column: 'context_sealed' },
  sessions: { id: 'id', column: 'upstream_sign_out_sealed' },
  upstreams: { id: 'id', column: 'secret_sealed' },
  kept_keys: { id: 'name', column: 'key_sealed' },
} as const;

export type SealedTable = keyof typeof sealedColumns;

/** A sealed value and the id of its row. */
export interface SealedValue {
  readonly id: string;
  readonly sealed: string;
}

/** Reads and replaces sealed values, whatever they hold. */
@Injectable()
export class SealedValuesStore {
  constructor(private readonly database: Database) {}

  /** The next values after an id, in the order of ids. */
  async after(table: SealedTable, after: string, limit: number): Promise<SealedValue[]> {
    const { id, column } = sealedColumns[table];
    return this.database.query<SealedValue>(
      `SELECT ${id} AS id, ${column} AS sealed FROM ${table}
        WHERE ${column} IS NOT NULL AND ${column} <> '' AND ${id} > ? ORDER BY ${id} LIMIT ${limit}`,
      [after],
    );
  }

  /** Replaces a value; false if it has been changed or deleted since it was read. */
  async replace(
    tx: Transaction,
    table: SealedTable,
    { id, sealed }: SealedValue,
    resealed: string,
  ): Promise<boolean> {
    const { id: idColumn, column } = sealedColumns[table];
    const replaced = await this.database.affected(
      tx,
      `UPDATE ${table} SET ${column} = ? WHERE ${idColumn} = ? AND ${column} = ?`,
      [resealed, id, sealed],
    );
    return replaced === 1;
  }

  /** Replaces the hash of a client secret whose sealed form was replaced. */
  async rehash(tx: Transaction, id: string, secretHash: string): Promise<void> {
    await this.database.affected(tx, 'UPDATE client_secrets SET secret_hash = ? WHERE id = ?', [
      secretHash,
      id,
    ]);
  }
}
