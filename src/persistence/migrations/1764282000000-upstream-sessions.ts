import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addColumn,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  type Index,
} from '../schema-changes.js';

/** By which the sessions are found that an upstream ends. Others are left out of the index where the database can. */
const indexes: readonly Index[] = ['upstream_session_hash', 'upstream_subject_hash'].map((columns) => ({
  table: 'sessions',
  columns,
  where: `${columns} IS NOT NULL`,
}));

/** Which session at an upstream a session here comes from, and which of them have ended. Every statement can run again. */
export class UpstreamSessions1764282000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'sessions', 'upstream_alias', 'varchar(63) NULL');
    await addColumn(runner, 'sessions', 'upstream_subject_hash', 'varchar(43) NULL');
    await addColumn(runner, 'sessions', 'upstream_session_hash', 'varchar(43) NULL');
    for (const index of indexes) await createIndex(runner, index);
    await createTable(
      runner,
      'upstream_sign_outs',
      `key_hash varchar(43) NOT NULL PRIMARY KEY,
       signed_out_at bigint NOT NULL,
       expires_at bigint NOT NULL`,
    );
    await createIndex(runner, { table: 'upstream_sign_outs', columns: 'expires_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'upstream_sign_outs');
    for (const index of indexes) await dropIndex(runner, index);
    await dropColumn(runner, 'sessions', 'upstream_session_hash');
    await dropColumn(runner, 'sessions', 'upstream_subject_hash');
    await dropColumn(runner, 'sessions', 'upstream_alias');
  }
}
