import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** The upstream by whose groups somebody is a member of a group. */
export class MappedMembers1764100100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'group_members', 'upstream_id', 'varchar(36) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'group_members', 'upstream_id');
  }
}
