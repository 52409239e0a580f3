import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** What agents did for people, counted by the hour. Every statement can run again. */
export class TokenUses1764285100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'token_uses',
      `id varchar(36) NOT NULL PRIMARY KEY,
       use_key varchar(43) NOT NULL UNIQUE,
       user_id varchar(36) NOT NULL,
       client_id varchar(255) NOT NULL,
       grant_id varchar(36) NOT NULL,
       resource text NOT NULL,
       kind varchar(16) NOT NULL,
       asked_by varchar(255) NULL,
       hour bigint NOT NULL,
       uses int NOT NULL,
       last_at bigint NOT NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'token_uses', columns: 'user_id, client_id, last_at' });
    await createIndex(runner, { table: 'token_uses', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'token_uses');
  }
}
