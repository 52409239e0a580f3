import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex, type Index } from '../schema-changes.js';
import type { SchemaDialect } from '../dialects/dialect.js';
import { schemaOf } from '../dialects/dialects.js';

/** By which open sessions that nobody uses any more are found. What has ended is left out of the index where the database can. */
const indexOn = ({ hasPartialIndexes }: SchemaDialect): Index => ({
  table: 'sessions',
  name: 'sessions_open',
  columns: hasPartialIndexes ? 'last_seen_at' : 'ended_at, last_seen_at',
  where: 'ended_at IS NULL',
});

export class OpenSessions1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, indexOn(schemaOf(runner)));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, indexOn(schemaOf(runner)));
  }
}
