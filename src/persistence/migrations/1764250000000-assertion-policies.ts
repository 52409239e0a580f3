import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Which clients are vouched for at which authorization servers. */
export class AssertionPolicies1764250000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'assertion_policies',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(63) NOT NULL UNIQUE,
       enabled boolean NOT NULL,
       client_id varchar(255) NOT NULL,
       members text NOT NULL,
       version int NOT NULL DEFAULT 0,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'assertion_policies', columns: 'client_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'assertion_policies');
  }
}
