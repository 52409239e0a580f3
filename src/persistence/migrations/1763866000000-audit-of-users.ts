import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from '../schema-changes.js';

const ofUser = { table: 'audit_events', columns: 'user_id, id' };

/** People page through the events of their own account. Every statement can run again. */
export class AuditOfUsers1763866000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, ofUser);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, ofUser);
  }
}
