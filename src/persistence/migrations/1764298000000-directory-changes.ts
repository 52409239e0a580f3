import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Up to where the changes of directories have been seen, and how a look at them goes on. Every statement can run again. */
export class DirectoryChanges1764298000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'upstreams', 'fully_synced_at', 'bigint NULL');
    await addColumn(runner, 'upstreams', 'sync_mark', 'varchar(500) NULL');
    await addColumn(runner, 'upstreams', 'sync_progress', 'varchar(500) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'upstreams', 'sync_progress');
    await dropColumn(runner, 'upstreams', 'sync_mark');
    await dropColumn(runner, 'upstreams', 'fully_synced_at');
  }
}
