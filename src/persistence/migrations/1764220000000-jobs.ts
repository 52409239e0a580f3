import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Imports and exports of users, with their rows and errors. Every statement can run again. */
export class Jobs1764220000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'jobs',
      `id varchar(36) NOT NULL PRIMARY KEY,
       kind varchar(64) NOT NULL,
       state varchar(16) NOT NULL,
       options text NOT NULL,
       started_by varchar(255) NOT NULL,
       address varchar(64) NULL,
       scopes text NOT NULL,
       total int NOT NULL,
       done int NOT NULL,
       created int NOT NULL,
       updated int NOT NULL,
       skipped int NOT NULL,
       refused int NOT NULL,
       last_user_id varchar(36) NULL,
       problem varchar(255) NULL,
       created_at bigint NOT NULL,
       started_at bigint NULL,
       ended_at bigint NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'jobs', columns: 'expires_at' });
    await createTable(
      runner,
      'job_chunks',
      `id varchar(36) NOT NULL PRIMARY KEY,
       job_id varchar(36) NOT NULL,
       ordinal int NOT NULL,
       content text NOT NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'job_chunks', columns: 'job_id, ordinal', unique: true });
    await createIndex(runner, { table: 'job_chunks', columns: 'expires_at' });
    await createTable(
      runner,
      'job_errors',
      `id varchar(36) NOT NULL PRIMARY KEY,
       job_id varchar(36) NOT NULL,
       line int NOT NULL,
       username varchar(255) NULL,
       member varchar(255) NULL,
       reason text NOT NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'job_errors', columns: 'job_id, id' });
    await createIndex(runner, { table: 'job_errors', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'job_errors');
    await dropTable(runner, 'job_chunks');
    await dropTable(runner, 'jobs');
  }
}
