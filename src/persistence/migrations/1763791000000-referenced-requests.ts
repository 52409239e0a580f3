import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a client's request objects are, when they come by reference (OIDC Registration §2). */
export class ReferencedRequests1763791000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients ADD COLUMN request_uris text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN request_uris');
  }
}
