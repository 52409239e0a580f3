import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropIndex, dropTable } from '../schema-changes.js';

const oneForEachClient = { table: 'consents', columns: 'user_id, client_id', unique: true };
const oneForEachOrganization = {
  table: 'consents',
  columns: 'user_id, client_id, organization_id',
  unique: true,
};
const grantsOfOrganization = { table: 'grants', columns: 'org_id, user_id', where: 'org_id IS NOT NULL' };

/** Organizations, their members, and the organization for which a grant or a consent was given. Every statement can run again. */
export class Organizations1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'organizations',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(63) NOT NULL UNIQUE,
       display_name varchar(255) NOT NULL,
       description varchar(255) NULL,
       roles text NOT NULL,
       version int NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createTable(
      runner,
      'organization_members',
      `organization_id varchar(36) NOT NULL,
       user_id varchar(36) NOT NULL,
       created_at bigint NOT NULL,
       PRIMARY KEY (organization_id, user_id)`,
    );
    await createIndex(runner, { table: 'organization_members', columns: 'user_id' });
    await createTable(
      runner,
      'organization_member_roles',
      `organization_id varchar(36) NOT NULL,
       user_id varchar(36) NOT NULL,
       role varchar(63) NOT NULL,
       PRIMARY KEY (organization_id, user_id, role)`,
    );
    await createIndex(runner, { table: 'organization_member_roles', columns: 'user_id' });
    await addColumn(runner, 'grants', 'org_id', 'varchar(36) NULL');
    await createIndex(runner, grantsOfOrganization);
    await addColumn(runner, 'consents', 'organization_id', "varchar(36) NOT NULL DEFAULT ''");
    await createIndex(runner, oneForEachOrganization);
    await dropIndex(runner, oneForEachClient);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM consents WHERE organization_id <> ''");
    await createIndex(runner, oneForEachClient);
    await dropIndex(runner, oneForEachOrganization);
    await dropColumn(runner, 'consents', 'organization_id');
    await dropIndex(runner, grantsOfOrganization);
    await dropColumn(runner, 'grants', 'org_id');
    for (const table of ['organization_member_roles', 'organization_members', 'organizations'])
      await dropTable(runner, table);
  }
}
