import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

const columns =
  'client_id, user_id, session_id, state, attempts, due_at, last_problem, created_at, delivered_at, expires_at';

const indexes = ['due_at', 'expires_at', 'kind'];

/**
 * One table for whatever is delivered later. It takes over the logout requests that are still to be sent; their old table stays, unused.
 * Every statement can run again.
 */
export class Deliveries1763803000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS deliveries (
        id varchar(36) NOT NULL PRIMARY KEY,
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
        expires_at bigint NOT NULL
      )${await schemaOf(runner).tableOptions(runner)}`,
    );
    const table = await runner.getTable('deliveries');
    for (const column of indexes) {
      const name = `deliveries_${column}`;
      if (!table?.indices.some((index) => index.name === name))
        await runner.query(`CREATE INDEX ${name} ON deliveries (${column})`);
    }
    await runner.query(
      `INSERT INTO deliveries (id, kind, ${columns})
       SELECT id, 'backchannel_logout', ${columns} FROM logout_deliveries
        WHERE id NOT IN (SELECT id FROM deliveries)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE deliveries');
  }
}
