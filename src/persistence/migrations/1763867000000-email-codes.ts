import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Codes that are mailed to people who sign in. Every statement can run again. */
export class EmailCodes1763867000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'email_codes',
      `id varchar(36) NOT NULL PRIMARY KEY,
       user_id varchar(36) NOT NULL,
       email varchar(320) NOT NULL,
       code_hash varchar(43) NOT NULL,
       expires_at bigint NOT NULL,
       used_at bigint NULL`,
    );
    for (const columns of ['user_id', 'expires_at'])
      await createIndex(runner, { table: 'email_codes', columns });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'email_codes');
  }
}
