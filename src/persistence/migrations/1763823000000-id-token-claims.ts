import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Claims about the person in the ID tokens of a client. The default lets replicas of the release before register clients meanwhile. */
export class IdTokenClaims1763823000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'id_token_claims', "text NOT NULL DEFAULT ('false')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'id_token_claims');
  }
}
