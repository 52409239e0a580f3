import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseSetting } from '../config/database-url.js';
import { SettingError } from '../config/setting-error.js';
import { dataSourceOptions } from './data-source-options.js';
import { dialectOf } from './dialects/dialects.js';
import { driverCodeOf } from './dialects/dialect.js';

/** What to do when a server cannot be reached, whatever database it is; the dialects know the rest. */
const networkRemedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start it, or correct host and port',
  ENOTFOUND: 'there is no such host: correct it',
  ETIMEDOUT: 'it does not answer: check host, port and firewall',
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

/** The data source for reading: a connection of its own where the database wants one, or else the one that writes. */
export async function readerBeside(writer: DataSource, database: DatabaseSetting): Promise<DataSource> {
  return dialectOf(writer.options).readsApart ? connect(dataSourceOptions(database, 'read-only')) : writer;
}

/** A failure of the database as its operator can mend it; it names neither user nor password. */
export function databaseRefusal(options: DataSourceOptions, error: unknown): SettingError {
  const dialect = dialectOf(options);
  const { code: outer = '', message } = error as { readonly code?: string; readonly message: string };
  const code = driverCodeOf(error) || outer;
  const known = dialect.remedies[code] ?? networkRemedies[code];
  const remedy = typeof known === 'function' ? known(message) : known;
  return new SettingError(
    `DATABASE_URL: cannot use the database at ${dialect.placeOf(options)} (${remedy ? code : message}): ${remedy ?? 'check that it runs and is undamaged, and its name, user and password'}`,
  );
}
