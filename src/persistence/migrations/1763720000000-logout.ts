import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** Where clients are told of a logout, which of them a session has signed in to, and who is still to be told. */
const columns: readonly string[] = [
  'backchannel_logout_uri text NULL',
  'backchannel_logout_session_required boolean NOT NULL DEFAULT false',
  'frontchannel_logout_uri text NULL',
  'frontchannel_logout_session_required boolean NOT NULL DEFAULT false',
];

const tables: readonly string[] = [
  `CREATE TABLE session_clients (
    session_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (session_id, client_id)
  )`,
  `CREATE TABLE logout_deliveries (
    id varchar(36) NOT NULL PRIMARY KEY,
    session_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    state varchar(16) NOT NULL,
    attempts int NOT NULL,
    due_at bigint NULL,
    last_problem varchar(255) NULL,
    created_at bigint NOT NULL,
    delivered_at bigint NULL,
    expires_at bigint NOT NULL
  )`,
];

const indexes: readonly (readonly [table: string, column: string])[] = [
  ['session_clients', 'expires_at'],
  ['logout_deliveries', 'due_at'],
  ['logout_deliveries', 'expires_at'],
];

export class Logout1763720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const suffix = await schemaOf(runner).tableOptions(runner);
    for (const column of columns) await runner.query(`ALTER TABLE clients ADD COLUMN ${column}`);
    for (const table of tables) await runner.query(table + suffix);
    for (const [table, column] of indexes)
      await runner.query(`CREATE INDEX ${table}_${column} ON ${table} (${column})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['logout_deliveries', 'session_clients']) await runner.query(`DROP TABLE ${table}`);
    for (const column of columns)
      await runner.query(`ALTER TABLE clients DROP COLUMN ${column.split(' ')[0]}`);
  }
}
