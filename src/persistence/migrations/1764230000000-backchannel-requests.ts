import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Requests for the authentication of people who are not in the browser of the client. Every statement can run again. */
export class BackchannelRequests1764230000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'backchannel_requests',
      `id varchar(36) NOT NULL PRIMARY KEY,
       auth_req_id_hash varchar(43) NOT NULL,
       client_id varchar(255) NOT NULL,
       user_id varchar(36) NOT NULL,
       scope text NOT NULL,
       unknown_scope text NULL,
       resources text NULL,
       acr_values text NOT NULL,
       max_age int NULL,
       binding_message varchar(255) NULL,
       ping_sealed text NULL,
       state varchar(16) NOT NULL,
       grant_id varchar(36) NULL,
       poll_interval int NOT NULL,
       last_polled_at bigint NULL,
       created_at bigint NOT NULL,
       expires_at bigint NOT NULL,
       grant_expires_at bigint NULL,
       consumed_at bigint NULL`,
    );
    await createIndex(runner, { table: 'backchannel_requests', columns: 'auth_req_id_hash', unique: true });
    await createIndex(runner, { table: 'backchannel_requests', columns: 'user_id' });
    await createIndex(runner, { table: 'backchannel_requests', columns: 'grant_id' });
    await createIndex(runner, { table: 'backchannel_requests', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'backchannel_requests');
  }
}
