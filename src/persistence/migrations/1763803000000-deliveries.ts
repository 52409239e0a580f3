import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

const columns =
  'client_id, user_id, session_id, state, attempts, due_at, last_problem, created_at, delivered_at, expires_at';

const indexes = ['due_at', 'expires_at', 'kind'];

/**
 * One table for whatever is delivered later. It takes over the logout requests that are still to be sent; their old table stays, unused.
 * Every statement can run again.
 */
export class Deliveries1763803000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'deliveries',
      `id varchar(36) NOT NULL PRIMARY KEY,
       kind varchar(64) NOT NULL,
       client_id varchar(255) NULL,
       user_id varchar(36) NULL,
       session_id varchar(36) NULL,
       payload text NULL,
       state varchar(16) NOT NULL,
       attempts int NOT NULL,
       due_at bigint NULL,
       last_problem varchar(255) NULL,
       created_at bigint NOT NULL,
       delivered_at bigint NULL,
       expires_at bigint NOT NULL`,
    );
    for (const column of indexes) await createIndex(runner, { table: 'deliveries', columns: column });
    await runner.query(
      `INSERT INTO deliveries (id, kind, ${columns})
       SELECT id, 'backchannel_logout', ${columns} FROM logout_deliveries
        WHERE id NOT IN (SELECT id FROM deliveries)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'deliveries');
  }
}
