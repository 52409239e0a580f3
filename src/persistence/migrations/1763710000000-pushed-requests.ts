import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a client must push its authorization requests (RFC 9126 §6). */
export class PushedRequests1763710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE clients ADD COLUMN require_pushed_authorization_requests boolean NOT NULL DEFAULT false',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN require_pushed_authorization_requests');
  }
}
