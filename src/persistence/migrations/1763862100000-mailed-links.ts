import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropIndex, dropTable } from '../schema-changes.js';

const indexes = ['user_id', 'expires_at', 'pair_id'];
const usersByEmail = { table: 'users', columns: 'email' };

/** Links that are mailed to people, and a way to find a user by an address that is not verified. Every statement can run again. */
export class MailedLinks1763862100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'mailed_links',
      `token_hash varchar(43) NOT NULL PRIMARY KEY,
       purpose varchar(32) NOT NULL,
       user_id varchar(36) NULL,
       email varchar(320) NOT NULL,
       user_email varchar(320) NULL,
       credentials_version int NULL,
       new_email varchar(320) NULL,
       pair_id varchar(36) NULL,
       interaction text NULL,
       created_at bigint NOT NULL,
       expires_at bigint NOT NULL,
       used_at bigint NULL`,
    );
    for (const columns of indexes) await createIndex(runner, { table: 'mailed_links', columns });
    await createIndex(runner, usersByEmail);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, usersByEmail);
    await dropTable(runner, 'mailed_links');
  }
}
