import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Invitations into organizations. Every statement can run again. */
export class OrganizationInvitations1764284000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'organization_invitations',
      `id varchar(36) NOT NULL PRIMARY KEY,
       organization_id varchar(36) NOT NULL,
       email varchar(320) NOT NULL,
       email_key varchar(320) NOT NULL,
       roles text NOT NULL,
       invited_by varchar(255) NOT NULL,
       language varchar(35) NULL,
       created_at bigint NOT NULL,
       expires_at bigint NOT NULL,
       outcome varchar(16) NULL,
       ended_at bigint NULL,
       user_id varchar(36) NULL`,
    );
    for (const columns of ['organization_id, id', 'email_key', 'user_id', 'expires_at'])
      await createIndex(runner, { table: 'organization_invitations', columns });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'organization_invitations');
  }
}
