import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Rules that say which claims tokens hold. Every statement can run again. */
export class ClaimRules1763900100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'claim_rules',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(255) NOT NULL UNIQUE,
       claim text NOT NULL,
       source varchar(16) NOT NULL,
       member varchar(255) NULL,
       fixed_value text NULL,
       places text NOT NULL,
       scope varchar(255) NULL,
       client_id varchar(255) NULL,
       resource varchar(512) NULL,
       version int NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'claim_rules', columns: 'client_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'claim_rules');
  }
}
