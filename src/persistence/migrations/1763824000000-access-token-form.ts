import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** The form of the access tokens of a resource. The defaults are what every resource had before. */
export class AccessTokenForm1763824000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'resources', 'access_token_typ', "varchar(16) NOT NULL DEFAULT 'at+jwt'");
    await addColumn(runner, 'resources', 'access_token_signing_alg', "varchar(16) NOT NULL DEFAULT 'ES256'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'resources', 'access_token_signing_alg');
    await dropColumn(runner, 'resources', 'access_token_typ');
  }
}
