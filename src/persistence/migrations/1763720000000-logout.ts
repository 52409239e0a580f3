import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropTable } from '../schema-changes.js';

/** Where clients are told of a logout, which of them a session has signed in to, and who is still to be told. */
const columns: readonly (readonly [name: string, type: string])[] = [
  ['backchannel_logout_uri', 'text NULL'],
  ['backchannel_logout_session_required', 'boolean NOT NULL DEFAULT false'],
  ['frontchannel_logout_uri', 'text NULL'],
  ['frontchannel_logout_session_required', 'boolean NOT NULL DEFAULT false'],
];

const tables: readonly (readonly [name: string, columns: string])[] = [
  [
    'session_clients',
    `session_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (session_id, client_id)`,
  ],
  [
    'logout_deliveries',
    `id varchar(36) NOT NULL PRIMARY KEY,
    session_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    state varchar(16) NOT NULL,
    attempts int NOT NULL,
    due_at bigint NULL,
    last_problem varchar(255) NULL,
    created_at bigint NOT NULL,
    delivered_at bigint NULL,
    expires_at bigint NOT NULL`,
  ],
];

const indexes: readonly (readonly [table: string, columns: string])[] = [
  ['session_clients', 'expires_at'],
  ['logout_deliveries', 'due_at'],
  ['logout_deliveries', 'expires_at'],
];

export class Logout1763720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) await addColumn(runner, 'clients', name, type);
    for (const [name, tableColumns] of tables) await createTable(runner, name, tableColumns);
    for (const [table, indexed] of indexes) await createIndex(runner, { table, columns: indexed });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of tables.toReversed()) await dropTable(runner, name);
    for (const [name] of columns) await dropColumn(runner, 'clients', name);
  }
}
