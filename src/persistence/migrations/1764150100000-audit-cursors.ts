import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from '../schema-changes.js';

/** How far the audit trail has been forwarded. */
export class AuditCursors1764150100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'audit_cursors',
      'name varchar(64) NOT NULL PRIMARY KEY, seal integer NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'audit_cursors');
  }
}
