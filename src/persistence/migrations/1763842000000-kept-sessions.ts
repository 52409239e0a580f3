import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaDialect } from '../dialects/dialect.js';
import { schemaOf } from '../dialects/dialects.js';
import { addColumn, createIndex, dropColumn, dropIndex, type Index } from '../schema-changes.js';

/** By which sessions are found that end for want of use. Others are left out of the index where the database can. */
const idleIndexOn = ({ hasPartialIndexes }: SchemaDialect): Index => ({
  table: 'sessions',
  name: 'sessions_idle',
  columns: hasPartialIndexes ? 'last_seen_at' : 'ended_at, kept, last_seen_at',
  where: 'ended_at IS NULL AND kept = false',
});

/** Sessions of people who asked to stay signed in, and the answer of a pushed request, which a double click gets again. */
export class KeptSessions1763842000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'sessions', 'kept', 'boolean NOT NULL DEFAULT false');
    await createIndex(runner, idleIndexOn(schemaOf(runner)));
    await addColumn(runner, 'pushed_requests', 'response_sealed', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'pushed_requests', 'response_sealed');
    await dropIndex(runner, idleIndexOn(schemaOf(runner)));
    await dropColumn(runner, 'sessions', 'kept');
  }
}
