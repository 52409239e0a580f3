import { resolve } from 'node:path';
import {
  databaseServer,
  type DatabaseServer,
  type SslFiles,
  sslOptions,
  type SslSpelling,
} from './database-server.js';
import { SettingError } from './setting-error.js';

/** How far the certificate of the server is checked, in the words of MySQL's own clients. */
export type MysqlSslMode = 'DISABLED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY';

export interface MysqlSetting extends DatabaseServer {
  readonly kind: 'mysql';
  readonly ssl: SslFiles & { readonly mode: MysqlSslMode };
}

/** How far the certificate of the server is checked, in the words of libpq. */
export type PostgresSslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

export interface PostgresSetting extends DatabaseServer {
  readonly kind: 'postgres';
  readonly ssl: SslFiles & { readonly mode: PostgresSslMode };
}

export type DatabaseSetting =
  { readonly kind: 'sqlite'; readonly path: string } | MysqlSetting | PostgresSetting;

const mysqlSsl: SslSpelling<MysqlSslMode> = {
  mode: 'ssl-mode',
  ca: 'ssl-ca',
  cert: 'ssl-cert',
  key: 'ssl-key',
  modes: ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'],
  falling: 'PREFERRED, which falls back to no TLS, is',
};

const postgresSsl: SslSpelling<PostgresSslMode> = {
  mode: 'sslmode',
  ca: 'sslrootcert',
  cert: 'sslcert',
  key: 'sslkey',
  modes: ['disable', 'require', 'verify-ca', 'verify-full'],
  falling: 'allow and prefer, which fall back to no TLS, are',
};

/**
 * Reads `sqlite:path`, `mysql://user:password@host:3306/name?ssl-mode=…` or `postgres://user:password@host:5432/name?sslmode=…`. No error
 * repeats the value, which may hold a password.
 * @throws SettingError
 */
export function databaseUrl(value: string, name: string): DatabaseSetting {
  const setting = understood(value, name);
  if (setting) return setting;
  throw new SettingError(
    `${name} is not understood: use sqlite:./data/eyrie.sqlite, mysql://user:password@host:3306/name or postgres://user:password@host:5432/name`,
  );
}

function understood(value: string, name: string): DatabaseSetting | undefined {
  if (/^sqlite:/i.test(value)) return sqliteSetting(value, name);
  if (/^(?:mysql|mariadb):\/\//i.test(value)) return mysqlSetting(value, name);
  if (/^postgres(?:ql)?:\/\//i.test(value)) return postgresSetting(value, name);
  return undefined;
}

function sqliteSetting(value: string, name: string): DatabaseSetting | undefined {
  // After "//" comes a path too, since a file has no host: sqlite:///var/lib/x, and sqlite://data/x beside the working folder.
  const path = value.slice('sqlite:'.length).replace(/^\/\//, '');
  if (path.includes('?'))
    throw new SettingError(`${name} has options after "?", which a sqlite: URL cannot have: remove them`);
  if (path === '' || path.endsWith('/') || path.endsWith(':memory:')) return undefined;
  return { kind: 'sqlite', path: resolve(path) };
}

function mysqlSetting(value: string, name: string): MysqlSetting | undefined {
  const read = databaseServer(value, name, 3306);
  if (!read) return undefined;
  const { server, options } = read;
  return { kind: 'mysql', ...server, ssl: sslOptions(options, mysqlSsl, server.host, name) };
}

function postgresSetting(value: string, name: string): PostgresSetting | undefined {
  const read = databaseServer(value, name, 5432);
  if (!read) return undefined;
  const { server, options } = read;
  return { kind: 'postgres', ...server, ssl: sslOptions(options, postgresSsl, server.host, name) };
}
