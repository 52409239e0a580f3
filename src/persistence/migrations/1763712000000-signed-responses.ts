import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which algorithm a client's authorization responses are signed (JARM §3). */
export class SignedResponses1763712000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      "ALTER TABLE clients ADD COLUMN authorization_signed_response_alg varchar(16) NOT NULL DEFAULT 'RS256'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN authorization_signed_response_alg');
  }
}
