import { existsSync } from 'node:fs';
import type { DataSourceOptions, QueryRunner } from 'typeorm';
import type { DatabaseSetting } from '../../config/database-url.js';
import type { Access, Dialect, SchemaDialect } from './dialect.js';
import { mysql, mysqlOptions } from './mysql.js';
import { unreachable } from './network-outage.js';
import { NoConnectionError } from './no-connection-error.js';
import { postgres, postgresOptions } from './postgres.js';
import { sqlite, sqliteOptions } from './sqlite.js';

/** Every database that the service runs on. */
const dialects: readonly Dialect[] = [sqlite, mysql, postgres];

/** How TypeORM connects to a database: the only place that asks for the kind in the setting. */
export function connectionOptions(database: DatabaseSetting, access: Access): DataSourceOptions {
  if (database.kind === 'sqlite') return sqliteOptions(database.path, access);
  return database.kind === 'mysql' ? mysqlOptions(database, access) : postgresOptions(database, access);
}

/** The file of an embedded database that is not there, which connecting would create; undefined if it is there, or the database is a server. */
export function missingFile(database: DatabaseSetting): string | undefined {
  return database.kind === 'sqlite' && !existsSync(database.path) ? database.path : undefined;
}

/** The dialect of a data source. */
export function dialectOf({ type }: Pick<DataSourceOptions, 'type'>): Dialect {
  const found = dialects.find((dialect) => dialect.type === type);
  if (!found) throw new Error(`no dialect for ${type}`);
  return found;
}

/**
 * Why the database cannot serve at present, such as "its disk is full"; undefined if the error is of another kind. The one place that
 * knows: whatever can be mended while the service runs is answered with 503.
 */
export function outageOf(error: unknown): string | undefined {
  for (const dialect of dialects) {
    const reason = dialect.outageOf(error);
    if (reason !== undefined) return reason;
  }
  return error instanceof NoConnectionError ? unreachable : undefined;
}

/** For migrations, which TypeORM gives nothing but the connection. */
export function schemaOf(runner: QueryRunner): SchemaDialect {
  return dialectOf(runner.connection.options).schema;
}
