import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns: readonly (readonly [table: string, name: string, type: string])[] = [
  ['clients', 'dpop_bound_access_tokens', 'boolean NOT NULL DEFAULT false'],
  ['authorization_codes', 'dpop_jkt', 'varchar(43) NULL'],
  ['access_tokens', 'cnf', 'text NULL'],
  ['refresh_tokens', 'cnf', 'text NULL'],
];

/** What codes and tokens are bound to (RFC 9449). */
export class Dpop1763760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, type] of columns) await addColumn(runner, table, name, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of columns.toReversed()) await dropColumn(runner, table, name);
  }
}
