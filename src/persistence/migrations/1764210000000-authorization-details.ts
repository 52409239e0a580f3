import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable, dropColumn, dropTable } from '../schema-changes.js';

/** What holds authorization details. */
const holders = ['grants', 'access_tokens', 'consents', 'device_codes'];

/** Rich authorization requests (RFC 9396): the types of details, which of them a client may use, and what was requested and granted. */
export class AuthorizationDetails1764210000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'authorization_details_types',
      `id varchar(36) NOT NULL PRIMARY KEY,
       type varchar(255) NOT NULL UNIQUE,
       members text NOT NULL,
       version int NOT NULL DEFAULT 0,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await addColumn(runner, 'clients', 'authorization_details_types', "text NOT NULL DEFAULT ('[]')");
    for (const table of holders) await addColumn(runner, table, 'authorization_details', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of holders.toReversed()) await dropColumn(runner, table, 'authorization_details');
    await dropColumn(runner, 'clients', 'authorization_details_types');
    await dropTable(runner, 'authorization_details_types');
  }
}
