import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** By which open sessions that nobody uses any more are found. */
export class OpenSessions1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What has ended is left out of the index where the database can.
    await runner.query(
      schemaOf(runner).hasPartialIndexes
        ? 'CREATE INDEX sessions_open ON sessions (last_seen_at) WHERE ended_at IS NULL'
        : 'CREATE INDEX sessions_open ON sessions (ended_at, last_seen_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(schemaOf(runner).dropIndex('sessions_open', 'sessions'));
  }
}
