import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Which upstream states the value of an attribute. */
export class StatedAttributes1764299200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'user_attributes', 'upstream_id', 'varchar(36) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'user_attributes', 'upstream_id');
  }
}
