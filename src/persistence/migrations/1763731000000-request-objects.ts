import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a client signs its authorization requests, and whether it must (RFC 9101). */
export class RequestObjects1763731000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients ADD COLUMN request_object_signing_alg varchar(16) NULL');
    await runner.query(
      'ALTER TABLE clients ADD COLUMN require_signed_request_object boolean NOT NULL DEFAULT false',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN require_signed_request_object');
    await runner.query('ALTER TABLE clients DROP COLUMN request_object_signing_alg');
  }
}
