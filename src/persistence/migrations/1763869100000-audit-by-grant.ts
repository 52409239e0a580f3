import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from '../schema-changes.js';

const byGrant = { table: 'audit_events', columns: 'grant_id' };

/** The events of a grant are read for its timeline. */
export class AuditByGrant1763869100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, byGrant);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, byGrant);
  }
}
