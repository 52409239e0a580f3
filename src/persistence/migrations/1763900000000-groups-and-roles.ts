import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Groups of people, roles, and who has them. Every statement can run again. */
export class GroupsAndRoles1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'people_groups',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(255) NOT NULL UNIQUE,
       description varchar(255) NULL,
       parent_id varchar(36) NULL,
       version int NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'people_groups', columns: 'parent_id' });
    await createTable(
      runner,
      'group_members',
      `group_id varchar(36) NOT NULL,
       user_id varchar(36) NOT NULL,
       created_at bigint NOT NULL,
       PRIMARY KEY (group_id, user_id)`,
    );
    await createIndex(runner, { table: 'group_members', columns: 'user_id' });
    await createTable(
      runner,
      'roles',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(255) NOT NULL,
       description varchar(255) NULL,
       owner_kind varchar(16) NOT NULL,
       owner_id varchar(255) NOT NULL,
       version int NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createIndex(runner, {
      table: 'roles',
      name: 'roles_name',
      columns: 'owner_kind, owner_id, name',
      unique: true,
    });
    await createTable(
      runner,
      'user_roles',
      `role_id varchar(36) NOT NULL,
       user_id varchar(36) NOT NULL,
       created_at bigint NOT NULL,
       PRIMARY KEY (role_id, user_id)`,
    );
    await createIndex(runner, { table: 'user_roles', columns: 'user_id' });
    await createTable(
      runner,
      'group_roles',
      `role_id varchar(36) NOT NULL,
       group_id varchar(36) NOT NULL,
       created_at bigint NOT NULL,
       PRIMARY KEY (role_id, group_id)`,
    );
    await createIndex(runner, { table: 'group_roles', columns: 'group_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['group_roles', 'user_roles', 'roles', 'group_members', 'people_groups'])
      await dropTable(runner, table);
  }
}
