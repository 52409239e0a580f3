import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

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
    for (const [table, column, type] of columns) {
      if (!(await runner.hasColumn(table, column)))
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    }
    await runner.query(
      `CREATE TABLE IF NOT EXISTS answered_interactions (
        id varchar(36) NOT NULL PRIMARY KEY,
        response_sealed text NOT NULL,
        answered_at bigint NOT NULL,
        expires_at bigint NOT NULL
      )${await schemaOf(runner).tableOptions(runner)}`,
    );
    const table = await runner.getTable('answered_interactions');
    if (!table?.indices.some(({ name }) => name === 'answered_interactions_expires_at'))
      await runner.query(
        'CREATE INDEX answered_interactions_expires_at ON answered_interactions (expires_at)',
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE answered_interactions');
    for (const [table, column] of columns) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
