import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Clients that were deleted lately, for those who verify tokens by themselves. */
export class DeletedClients1764000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'deleted_clients',
      'id varchar(36) PRIMARY KEY, client_id varchar(255) NOT NULL, deleted_at bigint NOT NULL, expires_at bigint NOT NULL',
    );
    await createIndex(runner, { table: 'deleted_clients', columns: 'deleted_at' });
    await createIndex(runner, { table: 'deleted_clients', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'deleted_clients');
  }
}
