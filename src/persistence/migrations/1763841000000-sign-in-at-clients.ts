import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns: readonly (readonly [table: string, name: string, type: string])[] = [
  ['clients', 'initiate_login_uri', 'text NULL'],
  ['clients', 'session_refresh_tokens', 'boolean NOT NULL DEFAULT false'],
  ['grants', 'ungranted_scope', 'text NULL'],
  ['device_codes', 'unknown_scope', 'text NULL'],
];

/** How clients begin a sign-in and refresh without offline_access, and what a grant's request asked for in vain. */
export class SignInAtClients1763841000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, type] of columns) await addColumn(runner, table, name, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of columns.toReversed()) await dropColumn(runner, table, name);
  }
}
