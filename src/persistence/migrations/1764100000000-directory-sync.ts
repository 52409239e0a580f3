import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, dropColumn, dropIndex } from '../schema-changes.js';

const byUpstream = { table: 'identities', name: 'identities_upstream', columns: 'upstream_id, id' };

/** What is known of directories from looking at all of their people in turn. Every statement can run again. */
export class DirectorySync1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'identities', 'missed_looks', 'integer NOT NULL DEFAULT 0');
    await addColumn(runner, 'identities', 'disabled_user_at', 'bigint NULL');
    await addColumn(runner, 'upstreams', 'synced_at', 'bigint NULL');
    await addColumn(runner, 'upstreams', 'sync_problem', 'varchar(500) NULL');
    await createIndex(runner, byUpstream);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, byUpstream);
    await dropColumn(runner, 'upstreams', 'sync_problem');
    await dropColumn(runner, 'upstreams', 'synced_at');
    await dropColumn(runner, 'identities', 'disabled_user_at');
    await dropColumn(runner, 'identities', 'missed_looks');
  }
}
