import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { KeptKey } from '../entities/kept-key.entity.js';
import type { RowOf } from '../naming.js';

type Row = Pick<KeptKey, 'name' | 'keySealed'>;

@Injectable()
export class KeptKeysStore {
  constructor(private readonly database: Database) {}

  /** All kept keys, the latest first. */
  async all(): Promise<Row[]> {
    const rows = await this.database.query<RowOf<Row>>(
      'SELECT name, key_sealed FROM kept_keys ORDER BY created_at DESC, name',
      [],
    );
    return rows.map((row) => ({ name: row.name, keySealed: row.key_sealed }));
  }

  /** Keeps a key, unless there is one of this name. */
  async insertIfAbsent({ name, keySealed, createdAt }: KeptKey): Promise<void> {
    await this.database.write((tx) =>
      this.database.insertIfAbsent(
        tx,
        'INSERT INTO kept_keys (name, key_sealed, created_at) VALUES (?, ?, ?)',
        [name, keySealed, createdAt],
      ),
    );
  }
}
