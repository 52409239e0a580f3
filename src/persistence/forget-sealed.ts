import type { DatabaseSetting } from '../config/database-url.js';
import { connect } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { affectedRows } from './dialects/affected-rows.js';
import { dialectOf } from './dialects/dialects.js';
import type { SealedTable } from './stores/sealed-values.store.js';

/** How many rows of a table were deleted, or have lost what was sealed in them. */
export interface ForgottenRows {
  readonly table: SealedTable;
  readonly rows: number;
}

/**
 * What becomes of rows whose sealed value nobody can open any more. Secrets of clients that are hashed only go too, as a sealed key made
 * the hashes. Seals of the audit trail stay: those made later chain to them.
 */
const statements: readonly (readonly [SealedTable, string])[] = [
  ['signing_keys', "DELETE FROM signing_keys WHERE private_jwk_sealed <> ''"],
  ['kept_keys', 'DELETE FROM kept_keys'],
  ['client_secrets', 'DELETE FROM client_secrets'],
  ['authenticators', 'DELETE FROM authenticators'],
  ['upstreams', 'UPDATE upstreams SET secret_sealed = NULL WHERE secret_sealed IS NOT NULL'],
  ['deliveries', 'DELETE FROM deliveries'],
  ['answered_interactions', 'DELETE FROM answered_interactions'],
  ['idempotency_keys', 'DELETE FROM idempotency_keys'],
  ['pushed_requests', 'DELETE FROM pushed_requests'],
  [
    'backchannel_requests',
    'UPDATE backchannel_requests SET ping_sealed = NULL WHERE ping_sealed IS NOT NULL',
  ],
  ['upstream_requests', 'DELETE FROM upstream_requests'],
];

/**
 * Deletes all that only a lost `EYRIE_SECRET` opens, in one transaction. No server may run.
 * @throws SettingError when the database cannot be reached or refuses us
 */
export async function forgetSealed(database: DatabaseSetting): Promise<ForgottenRows[]> {
  const dataSource = await connect(dataSourceOptions(database, 'migration'));
  try {
    return await dialectOf(dataSource.options).transactor(dataSource)(async (tx) => {
      const forgotten: ForgottenRows[] = [];
      for (const [table, statement] of statements)
        forgotten.push({ table, rows: await affectedRows(tx, statement, []) });
      return forgotten;
    });
  } finally {
    await dataSource.destroy();
  }
}
