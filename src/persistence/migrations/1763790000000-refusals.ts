import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

const table = 'refusals';

export class Refusals1763790000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      table,
      `reference varchar(36) NOT NULL PRIMARY KEY,
       at bigint NOT NULL,
       endpoint varchar(255) NOT NULL,
       code varchar(64) NOT NULL,
       description text NOT NULL,
       detail text NULL,
       client_id varchar(255) NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table, columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, table);
  }
}
