import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which open sessions that nobody uses any more are found. */
export class OpenSessions1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    // SQLite leaves what has ended out of the index; MySQL knows no such condition.
    await runner.query(
      mysql
        ? 'CREATE INDEX sessions_open ON sessions (ended_at, last_seen_at)'
        : 'CREATE INDEX sessions_open ON sessions (last_seen_at) WHERE ended_at IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    await runner.query(`DROP INDEX sessions_open${mysql ? ' ON sessions' : ''}`);
  }
}
