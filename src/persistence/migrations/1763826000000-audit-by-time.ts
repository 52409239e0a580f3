import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from '../schema-changes.js';

const byTime = { table: 'audit_events', columns: 'at' };

/** The audit trail is listed and swept by time. Every statement can run again. */
export class AuditByTime1763826000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, byTime);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, byTime);
  }
}
