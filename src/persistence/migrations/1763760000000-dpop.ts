import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns: readonly (readonly [table: string, name: string, type: string])[] = [
  ['clients', 'dpop_bound_access_tokens', 'boolean NOT NULL DEFAULT false'],
  ['authorization_codes', 'dpop_jkt', 'varchar(43) NULL'],
  ['access_tokens', 'cnf', 'text NULL'],
  ['refresh_tokens', 'cnf', 'text NULL'],
];

/** What codes and tokens are bound to (RFC 9449). */
export class Dpop1763760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, type] of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of columns.toReversed())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}
