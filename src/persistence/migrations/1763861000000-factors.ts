import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropTable } from '../schema-changes.js';

/** What people prove themselves with beside a password, and what a session was proven with and when. */
export class Factors1763861000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'authenticators',
      `user_id varchar(36) NOT NULL PRIMARY KEY,
       secret_sealed text NOT NULL,
       last_step bigint NOT NULL,
       created_at bigint NOT NULL,
       last_used_at bigint NULL`,
    );
    await createTable(
      runner,
      'recovery_codes',
      `id varchar(36) NOT NULL PRIMARY KEY,
       user_id varchar(36) NOT NULL,
       code_hash varchar(43) NOT NULL,
       created_at bigint NOT NULL,
       used_at bigint NULL`,
    );
    await createIndex(runner, { table: 'recovery_codes', name: 'recovery_codes_user', columns: 'user_id' });
    await createTable(
      runner,
      'passkeys',
      `id varchar(36) NOT NULL PRIMARY KEY,
       user_id varchar(36) NOT NULL,
       credential_hash varchar(43) NOT NULL UNIQUE,
       credential_id text NOT NULL,
       public_key text NOT NULL,
       counter bigint NOT NULL,
       transports text NOT NULL,
       backup_eligible boolean NOT NULL,
       aaguid varchar(36) NOT NULL,
       name varchar(64) NOT NULL,
       created_at bigint NOT NULL,
       last_used_at bigint NULL`,
    );
    await createIndex(runner, { table: 'passkeys', name: 'passkeys_user', columns: 'user_id' });
    await addColumn(runner, 'sessions', 'proofs', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'sessions', 'proofs');
    await dropTable(runner, 'passkeys');
    await dropTable(runner, 'recovery_codes');
    await dropTable(runner, 'authenticators');
  }
}
