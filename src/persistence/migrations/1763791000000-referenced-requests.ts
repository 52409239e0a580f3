import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a client's request objects are (OIDC Registration §2), and how what it asks about tokens is signed (RFC 9701 §6). */
export class ReferencedRequests1763791000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients ADD COLUMN request_uris text NULL');
    await runner.query(
      "ALTER TABLE clients ADD COLUMN introspection_signed_response_alg varchar(16) NOT NULL DEFAULT 'RS256'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN introspection_signed_response_alg');
    await runner.query('ALTER TABLE clients DROP COLUMN request_uris');
  }
}
