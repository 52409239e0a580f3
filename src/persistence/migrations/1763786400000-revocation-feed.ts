import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns by which the revocation feed finds what died lately. */
const indexes = [
  ['grants', 'revoked_at'],
  ['revoked_tokens', 'revoked_at'],
  ['clients', 'disabled_at'],
] as const;

export class RevocationFeed1763786400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    for (const [table, column] of indexes) {
      // SQLite leaves what lives out of the index, so that issuing costs nothing more.
      const condition = mysql ? '' : ` WHERE ${column} IS NOT NULL`;
      await runner.query(`CREATE INDEX ${table}_${column} ON ${table} (${column})${condition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    for (const [table, column] of indexes) {
      await runner.query(`DROP INDEX ${table}_${column}${mysql ? ` ON ${table}` : ''}`);
    }
  }
}
