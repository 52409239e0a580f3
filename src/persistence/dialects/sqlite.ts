import type BetterSqlite3 from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import type { DataSource, DataSourceOptions, QueryFailedError } from 'typeorm';
import { SettingError } from '../../config/setting-error.js';
import type { SqlValue } from '../sql.js';
import type { Transactor } from '../transaction.js';
import { affectedRows } from './affected-rows.js';
import { createPrivateFile, makeFilesPrivate } from './private-files.js';
import { type Dialect, driverCodeOf, type Selector } from './dialect.js';

/**
 * How TypeORM opens the database; the folder of its file is made when it is to be written, and the file is its owner's alone.
 * @throws SettingError when the folder cannot be made
 */
export function sqliteOptions(path: string, access: 'read-write' | 'read-only'): DataSourceOptions {
  const file = { type: 'better-sqlite3', database: path, statementCacheSize: 200 } as const;
  if (access === 'read-only') return { ...file, readonly: true };
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
    enableWAL: true,
    timeout: 5_000,
    prepareDatabase: (handle: Pick<BetterSqlite3.Database, 'pragma'>) => {
      // Fails on a file that is no database.
      handle.pragma('schema_version');
      makeFilesPrivate(path);
      handle.pragma('synchronous = NORMAL');
      // Pages that are written again and again reach the database file once in 32 MiB of log, not in 4.
      handle.pragma('wal_autocheckpoint = 8000');
      handle.pragma('foreign_keys = ON');
    },
  };
}

export const sqlite: Dialect = {
  type: 'better-sqlite3',

  // It sees committed rows only.
  readsApart: true,

  remedies: {
    SQLITE_NOTADB: 'it is no SQLite database, or a damaged one: restore it, or name another file',
    SQLITE_CORRUPT: 'it is damaged: restore it from a backup',
    SQLITE_CANTOPEN: 'it cannot be opened: make file and folder writable for this user, or name another file',
    SQLITE_READONLY: 'it cannot be written to: make file and folder writable for this user',
    SQLITE_FULL: 'the disk is full: make room',
    SQLITE_BUSY: 'another program holds it locked: end that program',
  },

  placeOf: (options) => String(options.database),

  statement: (sql) => sql,

  // A transaction holds the whole database from its beginning.
  locking: (select) => select,

  transactor,
  selector,

  insertIfAbsent: async (tx, insert, values) =>
    (await affectedRows(tx, `${insert} ON CONFLICT DO NOTHING`, values)) === 1,

  isDuplicate: (error): error is QueryFailedError =>
    ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(driverCodeOf(error)),

  // The look at what is pending is under the lock too; changes of the schema are part of the transaction.
  underMigrationLock: inTransaction,

  schema: {
    // Rows lie in the order of their primary key, as in InnoDB, which saves a write and a look-up each.
    tableOptions: async () => ' WITHOUT ROWID',
    hasPartialIndexes: true,
    setsDefaults: false,
    dropIndex: (name) => `DROP INDEX ${name}`,
  },
};

/**
 * SQLite has one connection for writing, on which a second BEGIN fails and a query of another request would join an open transaction:
 * all writes pass this gate one by one.
 */
function transactor(writer: DataSource): Transactor {
  const gate = pLimit(1);
  return (work) => gate(() => inTransaction(writer, work));
}

/** BEGIN IMMEDIATE takes the write lock at once, so that another process waits instead of failing half-way. */
async function inTransaction<Result>(
  dataSource: DataSource,
  work: (tx: DataSource['manager']) => Promise<Result>,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  await runner.query('BEGIN IMMEDIATE');
  try {
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK');
    throw error;
  }
}

/**
 * Selects on the writing connection, whose page cache every write leaves warm (a connection of its own would lose its cache to
 * each commit). The statement runs at once and whole, so it cannot fall into a transaction: when one is open, it waits its turn.
 */
function selector(writer: DataSource, write: Transactor): Selector {
  const { databaseConnection: connection } = writer.driver as unknown as {
    databaseConnection: BetterSqlite3.Database;
  };
  const statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();
  const prepared = (sql: string): BetterSqlite3.Statement<SqlValue[]> => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = connection.prepare<SqlValue[]>(sql)));
    return statement;
  };
  return (sql, values) =>
    connection.inTransaction ? write(async () => prepared(sql).all(...values)) : prepared(sql).all(...values);
}
