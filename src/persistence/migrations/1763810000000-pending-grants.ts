import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropTable } from '../schema-changes.js';

const columns = [
  ['clients', 'version', 'int NOT NULL DEFAULT 0'],
  ['resources', 'version', 'int NOT NULL DEFAULT 0'],
  ['users', 'version', 'int NOT NULL DEFAULT 0'],
  ['users', 'credentials_version', 'int NOT NULL DEFAULT 0'],
  ['authorization_codes', 'grant_expires_at', 'bigint NULL'],
  ['device_codes', 'grant_expires_at', 'bigint NULL'],
] as const;

/**
 * A grant lasts no longer than its code until that is redeemed, an interaction is answered once, a sign-in is refused if the
 * credentials have changed meanwhile, and what administrators change has a version. Every statement can run again.
 */
export class PendingGrants1763810000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of columns) await addColumn(runner, table, column, type);
    await createTable(
      runner,
      'answered_interactions',
      `id varchar(36) NOT NULL PRIMARY KEY,
       response_sealed text NOT NULL,
       answered_at bigint NOT NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'answered_interactions', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'answered_interactions');
    for (const [table, column] of columns) await dropColumn(runner, table, column);
  }
}
