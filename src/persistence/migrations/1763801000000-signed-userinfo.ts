import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** How a client's userinfo answers are signed (OIDC Registration §2). */
export class SignedUserinfo1763801000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'userinfo_signed_response_alg', 'varchar(16) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'userinfo_signed_response_alg');
  }
}
