import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

const table = 'organization_consents';

/** What administrators allow clients in place of the members of organizations. Every statement can run again. */
export class OrganizationConsents1764296000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      table,
      `id varchar(36) NOT NULL PRIMARY KEY,
       organization_id varchar(36) NOT NULL,
       client_id varchar(255) NOT NULL,
       scope text NOT NULL,
       given_by varchar(255) NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createIndex(runner, { table, columns: 'organization_id, client_id', unique: true });
    await createIndex(runner, { table, columns: 'client_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, table);
  }
}
