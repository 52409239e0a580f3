import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** Clients that register themselves (RFC 7591), manage their registration (RFC 7592), and who may register. */
export class DynamicRegistration1763740000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const suffix = await schemaOf(runner).tableOptions(runner);
    await runner.query('ALTER TABLE clients ADD COLUMN registration_token_hash varchar(43) NULL');
    await runner.query(
      `CREATE TABLE initial_access_tokens (
         id varchar(36) NOT NULL PRIMARY KEY,
         token_hash varchar(43) NOT NULL,
         note varchar(255) NULL,
         uses_left int NULL,
         created_at bigint NOT NULL,
         expires_at bigint NULL
       )${suffix}`,
    );
    await runner.query(
      'CREATE UNIQUE INDEX initial_access_tokens_token_hash ON initial_access_tokens (token_hash)',
    );
    await runner.query('CREATE INDEX initial_access_tokens_expires_at ON initial_access_tokens (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE initial_access_tokens');
    await runner.query('ALTER TABLE clients DROP COLUMN registration_token_hash');
  }
}
