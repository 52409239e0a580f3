import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Where the private part of each signing key is, and by which name it is found there. */
export class Signers1764240000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'signing_keys', 'signer', "varchar(16) NOT NULL DEFAULT 'local'");
    await addColumn(runner, 'signing_keys', 'reference', 'varchar(64) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'signing_keys', 'reference');
    await dropColumn(runner, 'signing_keys', 'signer');
  }
}
