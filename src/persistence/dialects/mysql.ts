import type { Pool } from 'mysql2';
import type { DataSource, DataSourceOptions, QueryFailedError, QueryRunner } from 'typeorm';

import type { MysqlSetting } from '../../config/database-url.js';
import { retryingTransactor } from '../transaction.js';
import { affectedRows } from './affected-rows.js';
import { type Access, type Dialect, driverCodeOf, placeOfServer } from './dialect.js';
import { connectionWaitMilliseconds, maxWaiting, migrationLockWaitSeconds, poolSize } from './limits.js';
import { mysqlOutage } from './mysql-outage.js';
import { driver, limitedDriver, mysqlPoolUse } from './mysql-pool.js';
import { groupedSelector, selector } from './mysql-reads.js';
import { mysqlWeaknesses } from './mysql-weaknesses.js';
import { tlsOptions, tlsRemedies } from './mysql-tls.js';
import { Travellers } from './travellers.js';

/**
 * How TypeORM connects to MySQL or MariaDB. Statements of migrations may take their time. Several statements travel together, and the
 * driver does not look where each query comes from (`trace`), which takes as long as the query.
 * @throws SettingError when a file for TLS cannot be read
 */
export function mysqlOptions(
  { host, port, username, password, database, ssl }: MysqlSetting,
  access: Access = 'read-write',
): DataSourceOptions {
  const base = {
    type: 'mysql',
    host,
    port,
    username,
    password,
    database,
    ssl: tlsOptions(ssl),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Times are seconds, far below 2^53: as numbers, as SQLite gives them.
    bigNumberStrings: false,
    connectTimeout: connectionWaitMilliseconds,
  } as const;
  if (access === 'migration' || access === 'whole-tables') return { ...base, driver };
  return {
    ...base,
    poolSize,
    driver: limitedDriver,
    extra: { queueLimit: maxWaiting, multipleStatements: true, trace: false },
  };
}

export const mysql: Dialect = {
  type: 'mysql',
  systemName: 'mysql',

  readsApart: false,

  sweepPace: { batchSize: 200, rest: 1 },

  remedies: {
    ER_ACCESS_DENIED_ERROR: 'it refuses user or password: correct them',
    ER_DBACCESS_DENIED_ERROR: 'the user may not use this database: grant it, or correct the name',
    ER_BAD_DB_ERROR: 'it has no database of that name: create it, or correct the name',
    ...tlsRemedies,
  },

  placeOf: placeOfServer,

  // UNIX_TIMESTAMP of a local time would be off by an hour once a year.
  epochMilliseconds: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000",

  lowered: (text) => `LOWER(${text})`,

  // MySQL, unlike MariaDB, fails on the half of a surrogate pair.
  listContains: (column) => `CASE WHEN JSON_VALID(${column}) THEN JSON_CONTAINS(${column}, ?) ELSE FALSE END`,

  locking: (select) => `${select} FOR UPDATE`,

  // It holds them by itself.
  holdingInsert: (insert) => insert,

  transactor: (writer) => retryingTransactor(writer, isRolledBack),

  selector,
  groupedSelector,

  // A duplicate takes back its own statement only. INSERT IGNORE would swallow other errors too, and after ON DUPLICATE KEY UPDATE the
  // count of rows does not tell: mysql2 has rows counted that were found, changed or not.
  insertIfAbsent: async (tx, insert, values) => {
    if ((await Travellers.ofTransaction(tx)).hasWrites) await tx.query('DO 0');
    try {
      await affectedRows(tx, insert, values);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  },

  writeLater: async (tx, sql, values) => (await Travellers.ofTransaction(tx)).add({ sql, values }),

  isDuplicate,
  outageOf: mysqlOutage,
  poolUse: (source) => mysqlPoolUse((source.driver as unknown as { readonly pool: Pool }).pool),
  weaknesses: mysqlWeaknesses,
  consistentView: [
    'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
  ],
  underMigrationLock,

  schema: {
    tableOptions: async (runner) =>
      ` ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=${await exactCollation(runner)}`,
    columnTypes: (columns) => columns,
    hasPartialIndexes: false,
    setsDefaults: true,
    hasIndex: async (runner, table, name) => {
      const found: unknown[] = await runner.query(
        'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?',
        [table, name],
      );
      return found.length > 0;
    },
    dropIndex: (name, table) => `DROP INDEX ${name} ON ${table}`,
  },
};

function isDuplicate(error: unknown): error is QueryFailedError {
  return driverCodeOf(error) === 'ER_DUP_ENTRY';
}

/**
 * Whether the transaction was rolled back and may succeed when it runs again: SQLSTATE class 40 (transaction rollback), such as
 * the victim of a deadlock, or a lock wait that timed out.
 */
export function isRolledBack(error: unknown): boolean {
  const sqlState = (error as { driverError?: { sqlState?: string } } | null)?.driverError?.sqlState ?? '';
  return sqlState.startsWith('40') || driverCodeOf(error) === 'ER_LOCK_WAIT_TIMEOUT';
}

/** A named lock of the server, held by a connection of its own. It is asked for again and again, so that a signal ends the waiting. */
async function underMigrationLock<Result>(
  dataSource: DataSource,
  work: () => Promise<Result>,
  stopping?: AbortSignal,
): Promise<Result> {
  const holder = dataSource.createQueryRunner();
  const name = `eyrie_migrate_${dataSource.driver.database ?? ''}`.slice(0, 64);
  const take = async (): Promise<boolean> => {
    const [row] = await holder.query('SELECT GET_LOCK(?, 1) AS held', [name]);
    return Number(row.held) === 1;
  };
  const deadline = performance.now() + migrationLockWaitSeconds * 1_000;
  try {
    while (!(await take())) {
      stopping?.throwIfAborted();
      if (performance.now() > deadline)
        throw new Error(
          `another process has been migrating this database for ${migrationLockWaitSeconds} seconds`,
        );
    }
    try {
      return await work();
    } finally {
      await holder.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined);
    }
  } finally {
    await holder.release();
  }
}

/**
 * The binary collation that does not pad: with `utf8mb4_bin` the client_id "writer " would find the client "writer".
 * MariaDB and MySQL 8 name it differently.
 */
async function exactCollation(runner: QueryRunner): Promise<string> {
  const known: { name: string }[] = await runner.query(
    "SELECT COLLATION_NAME AS name FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin') ORDER BY COLLATION_NAME DESC",
  );
  const [collation] = known;
  if (!collation) throw new Error('this server has no collation that compares utf8mb4 byte by byte');
  return collation.name;
}
