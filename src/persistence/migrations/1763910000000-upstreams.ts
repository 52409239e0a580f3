import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Identity providers of others, whom they know here, and the sign-ins that are under way there. Every statement can run again. */
export class Upstreams1763910000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'upstreams',
      `id varchar(36) NOT NULL PRIMARY KEY,
       alias varchar(63) NOT NULL UNIQUE,
       protocol varchar(16) NOT NULL,
       enabled boolean NOT NULL,
       members text NOT NULL,
       secret_sealed text NULL,
       version int NOT NULL DEFAULT 0,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createTable(
      runner,
      'identities',
      `id varchar(36) NOT NULL PRIMARY KEY,
       user_id varchar(36) NOT NULL,
       upstream_id varchar(36) NOT NULL,
       subject_hash varchar(43) NOT NULL,
       subject varchar(1024) NOT NULL,
       label varchar(320) NOT NULL,
       members varchar(255) NOT NULL DEFAULT '',
       created_at bigint NOT NULL,
       last_used_at bigint NULL`,
    );
    await createIndex(runner, {
      table: 'identities',
      name: 'identities_subject',
      columns: 'upstream_id, subject_hash',
      unique: true,
    });
    await createIndex(runner, { table: 'identities', name: 'identities_user', columns: 'user_id' });
    await createTable(
      runner,
      'upstream_requests',
      `state_hash varchar(43) NOT NULL PRIMARY KEY,
       upstream_id varchar(36) NOT NULL,
       context_sealed text NOT NULL,
       used_at bigint NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, {
      table: 'upstream_requests',
      name: 'upstream_requests_expiry',
      columns: 'expires_at',
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'upstream_requests');
    await dropTable(runner, 'identities');
    await dropTable(runner, 'upstreams');
  }
}
