import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, dropColumn, dropIndex } from '../schema-changes.js';

const ofUpstream = { table: 'organizations', columns: 'upstream' };
const columns: readonly (readonly [table: string, column: string, type: string])[] = [
  ['organizations', 'upstream', 'varchar(63) NULL'],
  ['organizations', 'default_roles', 'text NULL'],
  ['organizations', 'join_by_domain', 'boolean NOT NULL DEFAULT false'],
  ['organizations', 'join_by_upstream', 'boolean NOT NULL DEFAULT false'],
  ['organization_members', 'made_here', 'boolean NOT NULL DEFAULT true'],
  ['organization_members', 'by_domain', 'varchar(253) NULL'],
  ['organization_members', 'by_upstream_id', 'varchar(36) NULL'],
];

/** Where the people of an organization sign in, and who becomes a member by that. Every statement can run again. */
export class UpstreamsOfOrganizations1764291000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of columns) await addColumn(runner, table, column, type);
    await createIndex(runner, ofUpstream);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, ofUpstream);
    for (const [table, column] of columns.toReversed()) await dropColumn(runner, table, column);
  }
}
