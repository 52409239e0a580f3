import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Requests of the admin API that their callers may repeat. Every statement can run again. */
export class IdempotencyKeys1764150000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'idempotency_keys',
      `key_hash varchar(43) NOT NULL PRIMARY KEY,
       run_id varchar(36) NOT NULL,
       state_sealed text NOT NULL,
       pending_until bigint NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'idempotency_keys', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'idempotency_keys');
  }
}
