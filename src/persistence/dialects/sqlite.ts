import type BetterSqlite3 from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSource, DataSourceOptions, QueryFailedError } from 'typeorm';
import { SettingError } from '../../config/setting-error.js';
import type { SqlValue } from '../sql.js';
import type { Transactor } from '../transaction.js';
import { affectedRows } from './affected-rows.js';
import { type Access, type Dialect, driverCodeOf, type Selector } from './dialect.js';
import { migrationLockWaitSeconds } from './limits.js';
import { createPrivateFile, makeFilesPrivate } from './private-files.js';
import { sqliteOutage } from './sqlite-outage.js';
import { sqliteWeaknesses } from './sqlite-weaknesses.js';
import { connectionOf, gatedTransactor, inTransaction } from './sqlite-transactions.js';

/** How long opening the file waits for other processes that start. */
const openingWaitMilliseconds = 5_000;
/**
 * How long a statement then waits for a lock. SQLite's own waiting holds up the event loop, so it is for moments only, such as those in
 * which another process moves its log into the file. The write lock is waited for by a timer.
 */
const statementWaitMilliseconds = 5;

type Handle = Pick<BetterSqlite3.Database, 'pragma' | 'function'>;

/** SQLite's own LOWER knows ASCII alone, and its LIKE takes letters of both cases for the same. */
const treatLettersAsServers = (handle: Handle): void => {
  const lower = (text: unknown): unknown => (typeof text === 'string' ? text.toLowerCase() : text);
  handle.function('lower', { deterministic: true }, lower);
  handle.pragma('case_sensitive_like = ON');
};

const waitForMomentsOnly = (handle: Handle): void => {
  handle.pragma(`busy_timeout = ${statementWaitMilliseconds}`);
};

/** Refuses statements that write. Whichever connection is closed last still moves the log into the file, as one opened for reading cannot. */
const readOnly = (handle: Handle): void => {
  handle.pragma('query_only = ON');
  treatLettersAsServers(handle);
  waitForMomentsOnly(handle);
};

/**
 * How TypeORM opens the database; the folder of its file is made when it is to be written, and the file is its owner's alone.
 * @throws SettingError when the folder cannot be made
 */
export function sqliteOptions(path: string, access: Access): DataSourceOptions {
  const file = {
    type: 'better-sqlite3',
    database: path,
    statementCacheSize: 200,
    timeout: openingWaitMilliseconds,
  } as const;
  if (access === 'read-only' || access === 'whole-tables') return { ...file, prepareDatabase: readOnly };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingError(
      `DATABASE_URL: cannot make the folder of ${path} (${(error as Error).message}): choose a writable place`,
    );
  }
  createPrivateFile(path);
  return {
    ...file,
    prepareDatabase: (handle: Handle) => {
      // Fails on a file that is no database.
      handle.pragma('schema_version');
      makeFilesPrivate(path);
      handle.pragma('journal_mode = WAL');
      handle.pragma('synchronous = NORMAL');
      // Pages that are written again and again reach the database file once in 32 MiB of log, not in 4.
      handle.pragma('wal_autocheckpoint = 8000');
      handle.pragma('foreign_keys = ON');
      treatLettersAsServers(handle);
      waitForMomentsOnly(handle);
    },
  };
}

export const sqlite: Dialect = {
  type: 'better-sqlite3',
  systemName: 'sqlite',

  // It sees committed rows only.
  readsApart: true,

  // It runs every statement on the event loop. Without the checkpoints, one request would have to move all that a sweep wrote from the log
  // into the file.
  sweepPace: { batchSize: 50, rest: 3, afterBatch: 'PRAGMA wal_checkpoint(PASSIVE)' },

  remedies: {
    SQLITE_NOTADB: 'it is no SQLite database, or a damaged one: restore it, or name another file',
    SQLITE_CORRUPT: 'it is damaged: restore it from a backup',
    SQLITE_CANTOPEN: 'it cannot be opened: make file and folder writable for this user, or name another file',
    SQLITE_READONLY: 'it cannot be written to: make file and folder writable for this user',
    SQLITE_FULL: 'the disk is full: make room',
    SQLITE_BUSY: 'another program holds it locked: end that program',
  },

  placeOf: (options) => String(options.database),

  epochMilliseconds: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",

  lowered: (text) => `LOWER(${text})`,

  listContains: (column) =>
    `EXISTS (SELECT 1 FROM json_each(${column}) item WHERE item.value = json_extract(?, '$'))`,

  // A transaction holds the whole database from its beginning.
  locking: (select) => select,

  // Nobody else writes meanwhile.
  holdingInsert: (insert) => insert,

  transactor: gatedTransactor,
  selector,
  groupedSelector: selector,

  insertIfAbsent: async (tx, insert, values) =>
    (await affectedRows(tx, `${insert} ON CONFLICT DO NOTHING`, values)) === 1,

  writeLater: async (tx, statement, values) => void (await affectedRows(tx, statement, values)),

  isDuplicate: (error): error is QueryFailedError =>
    ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(driverCodeOf(error)),

  outageOf: sqliteOutage,
  poolUse: () => undefined,
  weaknesses: sqliteWeaknesses,
  // What the first read finds is what all others do.
  consistentView: ['BEGIN', 'SELECT 1 FROM sqlite_master LIMIT 1'],

  // The look at what is pending is under the lock too; changes of the schema are part of the transaction.
  underMigrationLock: (dataSource, work, stopping) =>
    inTransaction(dataSource, work, performance.now() + migrationLockWaitSeconds * 1_000, stopping),

  schema: {
    // Rows lie in the order of their primary key, as in InnoDB, which saves a write and a look-up each.
    tableOptions: async () => ' WITHOUT ROWID',
    columnTypes: (columns) => columns,
    hasPartialIndexes: true,
    setsDefaults: false,
    hasIndex: async (runner, table, name) => {
      const found: unknown[] = await runner.query(
        "SELECT 1 FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name = ?",
        [table, name],
      );
      return found.length > 0;
    },
    dropIndex: (name) => `DROP INDEX ${name}`,
  },
};

/**
 * Selects on the writing connection, whose page cache every write leaves warm (a connection of its own would lose its cache to
 * each commit). The statement runs at once and whole, so it cannot fall into a transaction: when one is open, it waits its turn.
 */
function selector(writer: DataSource, write: Transactor): Selector {
  const connection = connectionOf(writer);
  const statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();
  const prepared = (sql: string): BetterSqlite3.Statement<SqlValue[]> => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = connection.prepare<SqlValue[]>(sql)));
    return statement;
  };
  return (sql, values) =>
    connection.inTransaction ? write(async () => prepared(sql).all(...values)) : prepared(sql).all(...values);
}
