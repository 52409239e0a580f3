import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a client's userinfo answers are signed (OIDC Registration §2). */
export class SignedUserinfo1763801000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients ADD COLUMN userinfo_signed_response_alg varchar(16) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN userinfo_signed_response_alg');
  }
}
