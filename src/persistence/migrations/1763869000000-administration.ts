import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropTable } from '../schema-changes.js';

/** Roles of people who administer a part of the service, and the clients that they manage. Every statement can run again. */
export class Administration1763869000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'admin_roles', 'varchar(255) NULL');
    await createTable(
      runner,
      'client_managers',
      `client_id varchar(255) NOT NULL,
       user_id varchar(36) NOT NULL,
       created_at bigint NOT NULL,
       PRIMARY KEY (client_id, user_id)`,
    );
    await createIndex(runner, { table: 'client_managers', columns: 'user_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'client_managers');
    await dropColumn(runner, 'users', 'admin_roles');
  }
}
