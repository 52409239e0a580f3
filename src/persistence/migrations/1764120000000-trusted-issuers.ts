import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable, dropColumn, dropTable } from '../schema-changes.js';

/** Issuers whose assertions are taken, and which of them a grant comes of. */
export class TrustedIssuers1764120000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'trusted_issuers',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(63) NOT NULL UNIQUE,
       enabled boolean NOT NULL,
       members text NOT NULL,
       version int NOT NULL DEFAULT 0,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await addColumn(runner, 'grants', 'trusted_issuer_id', 'varchar(36) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'grants', 'trusted_issuer_id');
    await dropTable(runner, 'trusted_issuers');
  }
}
