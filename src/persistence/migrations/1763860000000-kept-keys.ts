import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from '../schema-changes.js';

/** Keys that stay when the secret of the service is replaced. Every statement can run again. */
export class KeptKeys1763860000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'kept_keys',
      `name varchar(64) NOT NULL PRIMARY KEY,
       key_sealed text NOT NULL,
       created_at bigint NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'kept_keys');
  }
}
