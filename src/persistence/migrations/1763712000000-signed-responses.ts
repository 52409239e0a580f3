import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** With which algorithm a client's authorization responses are signed (JARM §3). */
export class SignedResponses1763712000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(
      runner,
      'clients',
      'authorization_signed_response_alg',
      "varchar(16) NOT NULL DEFAULT 'RS256'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'authorization_signed_response_alg');
  }
}
