import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/**
 * Users know when they first signed in: whoever has signed in before is notified of a sign-in on a new device. Of earlier sign-ins, the
 * sessions that are still kept and the audit trail tell. Every statement can run again.
 */
export class FirstSignIns1763865000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'first_signed_in_at', 'bigint NULL');
    await runner.query(
      `UPDATE users SET first_signed_in_at = created_at WHERE first_signed_in_at IS NULL AND (
         EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id)
         OR EXISTS (SELECT 1 FROM audit_events e WHERE e.user_id = users.id AND e.event = 'session.opened'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'users', 'first_signed_in_at');
  }
}
