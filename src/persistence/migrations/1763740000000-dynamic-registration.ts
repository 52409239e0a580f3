import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropTable } from '../schema-changes.js';

const table = 'initial_access_tokens';

/** Clients that register themselves (RFC 7591), manage their registration (RFC 7592), and who may register. */
export class DynamicRegistration1763740000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'registration_token_hash', 'varchar(43) NULL');
    await createTable(
      runner,
      table,
      `id varchar(36) NOT NULL PRIMARY KEY,
       token_hash varchar(43) NOT NULL,
       note varchar(255) NULL,
       uses_left int NULL,
       created_at bigint NOT NULL,
       expires_at bigint NULL`,
    );
    await createIndex(runner, { table, columns: 'token_hash', unique: true });
    await createIndex(runner, { table, columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, table);
    await dropColumn(runner, 'clients', 'registration_token_hash');
  }
}
