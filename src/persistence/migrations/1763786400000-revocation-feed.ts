import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** The columns by which the revocation feed finds what died lately. */
const indexes = [
  ['grants', 'revoked_at'],
  ['revoked_tokens', 'revoked_at'],
  ['clients', 'disabled_at'],
] as const;

export class RevocationFeed1763786400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { hasPartialIndexes } = schemaOf(runner);
    for (const [table, column] of indexes) {
      // What is active is left out of the index where the database can, so that issuing costs nothing more.
      const condition = hasPartialIndexes ? ` WHERE ${column} IS NOT NULL` : '';
      await runner.query(`CREATE INDEX ${table}_${column} ON ${table} (${column})${condition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    for (const [table, column] of indexes) await runner.query(schema.dropIndex(`${table}_${column}`, table));
  }
}
