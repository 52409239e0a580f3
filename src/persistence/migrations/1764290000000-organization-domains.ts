import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Domains of organizations. Every statement can run again. */
export class OrganizationDomains1764290000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'organization_domains',
      `id varchar(36) NOT NULL PRIMARY KEY,
       organization_id varchar(36) NOT NULL,
       domain varchar(253) NOT NULL,
       verified_domain varchar(253) NULL,
       challenge varchar(43) NOT NULL,
       verified_by varchar(16) NULL,
       verified_at bigint NULL,
       created_at bigint NOT NULL`,
    );
    const table = 'organization_domains';
    await createIndex(runner, { table, columns: 'organization_id, domain', unique: true });
    await createIndex(runner, { table, columns: 'verified_domain', unique: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'organization_domains');
  }
}
