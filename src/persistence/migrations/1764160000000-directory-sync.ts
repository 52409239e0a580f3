import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns = ['missing_since', 'disabled_user_at'];

/** What a look at a directory found of its people. */
export class DirectorySync1764160000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await addColumn(runner, 'identities', column, 'bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns) await dropColumn(runner, 'identities', column);
  }
}
