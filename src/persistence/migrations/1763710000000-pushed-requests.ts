import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Whether a client must push its authorization requests (RFC 9126 §6). */
export class PushedRequests1763710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(
      runner,
      'clients',
      'require_pushed_authorization_requests',
      'boolean NOT NULL DEFAULT false',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'require_pushed_authorization_requests');
  }
}
