import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { DataSource, DataSourceOptions, QueryFailedError, QueryRunner } from 'typeorm';
import type { PostgresSetting } from '../../config/database-url.js';
import { retryingTransactor } from '../transaction.js';
import { affectedRows } from './affected-rows.js';
import { type Access, type Dialect, driverCodeOf, placeOfServer } from './dialect.js';
import { connectionWaitMilliseconds, migrationLockWaitSeconds, poolSize } from './limits.js';
import { isRolledBack, postgresOutage } from './postgres-outage.js';
import { postgresDriver, postgresPoolUse, requestLimits, types } from './postgres-pool.js';
import { groupedSelector, selector } from './postgres-reads.js';
import { tlsOptions, tlsRemedies } from './postgres-tls.js';
import { postgresWeaknesses } from './postgres-weaknesses.js';
import { Travellers } from './travellers.js';

/** Key of the advisory lock for migrations: an arbitrary number that no other program should use in this database. */
const migrationLock = 1_702_457_705;
const migrationLockPollMilliseconds = 200;

/** Connections are kept for the next burst of requests. */
const idleMilliseconds = 300_000;

/**
 * How TypeORM connects to PostgreSQL. Statements of migrations may take their time.
 * @throws SettingError when a file for TLS cannot be read
 */
export function postgresOptions(
  { host, port, username, password, database, ssl }: PostgresSetting,
  access: Access = 'read-write',
): DataSourceOptions {
  return {
    type: 'postgres',
    host,
    port,
    username,
    password,
    database,
    ssl: tlsOptions(ssl),
    applicationName: 'eyrie',
    connectTimeoutMS: connectionWaitMilliseconds,
    installExtensions: false,
    poolSize,
    driver: postgresDriver,
    // A connection that is lost while nobody uses it: the pool opens another.
    poolErrorHandler: () => undefined,
    extra: {
      types,
      keepAlive: true,
      idleTimeoutMillis: idleMilliseconds,
      ...((access === 'read-write' || access === 'read-only') && requestLimits),
      pipeline: access === 'read-write',
    },
  };
}

export const postgres: Dialect = {
  type: 'postgres',
  systemName: 'postgresql',

  readsApart: false,

  sweepPace: { batchSize: 200, rest: 1 },

  remedies: {
    '28P01': 'it refuses user or password: correct them',
    '28000': (reason) => `it refuses us (${reason}): correct the user, sslmode, or its pg_hba.conf`,
    '3D000': 'it has no database of that name: create it, or correct the name',
    '42501': 'the user may not create tables in it: make the user the owner of the database',
    '53300': 'it has no connection left: raise max_connections, or run fewer replicas',
    ...tlsRemedies,
  },

  placeOf: placeOfServer,

  epochMilliseconds: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)',

  // Columns compare byte by byte, and so know the case of ASCII alone.
  lowered: (text) => `LOWER(${text} COLLATE "und-x-icu")`,

  // Compared as it was written: jsonb has not every text, and the type json knows no equality. A single value is no list, and an error.
  listContains: (column) =>
    `CASE WHEN json_typeof(${column}::json) = 'array' THEN EXISTS (
      SELECT 1 FROM json_array_elements(${column}::json) AS item WHERE item::text = ?) ELSE FALSE END`,

  locking: (select) => `${select} FOR UPDATE`,

  // It would read without holding anything.
  holdingInsert: (insert) => `${insert} FOR SHARE`,

  transactor: (writer) => retryingTransactor(writer, isRolledBack),

  selector,
  groupedSelector,

  // A duplicate would end the transaction.
  insertIfAbsent: async (tx, insert, values) =>
    (await affectedRows(tx, `${insert} ON CONFLICT DO NOTHING`, values)) === 1,

  writeLater: async (tx, sql, values) => (await Travellers.ofTransaction(tx)).add({ sql, values }),

  isDuplicate: (error): error is QueryFailedError => driverCodeOf(error) === '23505',
  outageOf: postgresOutage,
  poolUse: (source) => postgresPoolUse((source.driver as unknown as { readonly master: Pool }).master),
  weaknesses: postgresWeaknesses,
  consistentView: [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    'SET LOCAL idle_in_transaction_session_timeout = 0',
  ],
  underMigrationLock,

  schema: {
    tableOptions: async (runner) => {
      await checkEncoding(runner);
      return '';
    },
    // Byte by byte, whatever the locale of the database is, and whichever release of it made the index.
    columnTypes: (columns) => columns.replace(/\b(?:varchar\(\d+\)|text\b)/g, '$& COLLATE "C"'),
    hasPartialIndexes: true,
    setsDefaults: true,
    hasIndex: async (runner, table, name) => {
      const found: unknown[] = await runner.query(
        'SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ? AND indexname = ?',
        [table, name],
      );
      return found.length > 0;
    },
    dropIndex: (name) => `DROP INDEX ${name}`,
  },
};

/** A lock of the server, held by a transaction of its own. It is asked for again and again, so that a signal ends the waiting. */
async function underMigrationLock<Result>(
  dataSource: DataSource,
  work: () => Promise<Result>,
  stopping?: AbortSignal,
): Promise<Result> {
  const holder = dataSource.createQueryRunner();
  const take = async (): Promise<boolean> => {
    const [row] = await holder.query('SELECT pg_try_advisory_xact_lock(?) AS held', [migrationLock]);
    return row.held;
  };
  const deadline = performance.now() + migrationLockWaitSeconds * 1_000;
  await holder.startTransaction();
  try {
    await holder.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    while (!(await take())) {
      stopping?.throwIfAborted();
      if (performance.now() > deadline)
        throw new Error(
          `another process has been migrating this database for ${migrationLockWaitSeconds} seconds`,
        );
      await delay(migrationLockPollMilliseconds);
    }
    return await work();
  } finally {
    await holder.rollbackTransaction().catch(() => undefined);
    await holder.release();
  }
}

async function checkEncoding(runner: QueryRunner): Promise<void> {
  const [row] = await runner.query("SELECT current_setting('server_encoding') AS encoding");
  if (row.encoding !== 'UTF8')
    throw new Error(`the database has the encoding ${row.encoding}: create it with ENCODING 'UTF8'`);
}
