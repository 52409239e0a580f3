import { DataSource, type DataSourceOptions } from 'typeorm';
import { SettingError } from '../config/setting-error.js';

/** What to do about the refusals that have a remedy of their own. */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start it, or correct host and port',
  ENOTFOUND: 'there is no such host: correct it',
  ETIMEDOUT: 'it does not answer: check host, port and firewall',
  ER_ACCESS_DENIED_ERROR: 'it refuses user or password: correct them',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use this database: grant it, or correct the name',
  ER_BAD_DB_ERROR: 'it has no database of that name: create it, or correct the name',
  SQLITE_NOTADB: 'it is no SQLite database, or a damaged one: restore it, or name another file',
  SQLITE_CORRUPT: 'it is damaged: restore it from a backup',
  SQLITE_CANTOPEN: 'it cannot be opened: make file and folder writable for this user, or name another file',
  SQLITE_READONLY: 'it cannot be written to: make file and folder writable for this user',
  SQLITE_FULL: 'the disk is full: make room',
  SQLITE_BUSY: 'another program holds it locked: end that program',
};

/**
 * Connects to the configured database.
 * @throws SettingError when it cannot be reached or refuses us
 */
export async function connect(options: DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    throw databaseRefusal(options, error);
  }
}

/** A failure of the database as its operator can mend it; it names neither user nor password. */
export function databaseRefusal(options: DataSourceOptions, error: unknown): SettingError {
  const { code: outer, message, driverError } = error as Failure;
  const code = driverError?.code ?? outer;
  const place =
    options.type === 'mysql' && options.url ? new URL(options.url).host : String(options.database);
  const remedy = code === undefined ? undefined : remedies[code];
  return new SettingError(
    `DATABASE_URL: cannot use the database at ${place} (${remedy ? code : message}): ${remedy ?? 'check that it runs and is undamaged, and its name, user and password'}`,
  );
}

interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly driverError?: { readonly code?: string };
}
