import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { SettingError } from './setting-error.js';

/** How far the certificate of the server is checked, in the words of MySQL's own clients. */
export type SslMode = 'DISABLED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY';

/** Files in PEM form: the authorities that are trusted, and the certificate of this service with its key. */
export interface SslFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface MysqlSetting {
  readonly kind: 'mysql';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: SslFiles & { readonly mode: SslMode };
}

export type DatabaseSetting = { readonly kind: 'sqlite'; readonly path: string } | MysqlSetting;

const sslModes: readonly string[] = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];
const options = ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key'] as const;

/**
 * Reads `sqlite:path` or `mysql://user:password@host:3306/name?ssl-mode=…`. No error repeats the value, which may hold a password.
 * @throws SettingError
 */
export function databaseUrl(value: string, name: string): DatabaseSetting {
  const understood = /^sqlite:/i.test(value) ? sqliteSetting(value, name) : mysqlSetting(value, name);
  if (understood) return understood;
  throw new SettingError(
    `${name} is not understood: use sqlite:./data/eyrie.sqlite or mysql://user:password@host:3306/name`,
  );
}

function sqliteSetting(value: string, name: string): DatabaseSetting | undefined {
  // After "//" comes a path too, since a file has no host: sqlite:///var/lib/x, and sqlite://data/x beside the working folder.
  const path = value.slice('sqlite:'.length).replace(/^\/\//, '');
  if (path.includes('?'))
    throw new SettingError(`${name} has options after "?", which a sqlite: URL cannot have: remove them`);
  if (path === '' || path.endsWith('/') || path.endsWith(':memory:')) return undefined;
  return { kind: 'sqlite', path: resolve(path) };
}

function mysqlSetting(value: string, name: string): DatabaseSetting | undefined {
  if (!/^(?:mysql|mariadb):\/\//i.test(value) || !URL.canParse(value)) return undefined;
  const { hostname, port, username, password, pathname, searchParams, hash } = new URL(value);
  const parts = [hostname, username, password, pathname.slice(1)].map(decoded);
  if (parts.includes(undefined))
    throw new SettingError(
      `${name} has a "%" that begins no percent-encoding: write "%" of a user or password as %25`,
    );
  const [host = '', user = '', secret = '', database = ''] = parts;
  // An IPv6 address stands in brackets in a URL only.
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || database === '' || database.includes('/') || hash !== '') return undefined;
  const ssl = sslSetting(searchParams, name);
  if (ssl.mode === 'VERIFY_IDENTITY' && isIP(address) !== 0)
    throw new SettingError(
      `${name} has ssl-mode=VERIFY_IDENTITY beside an address: name the host, or use VERIFY_CA`,
    );
  return {
    kind: 'mysql',
    host: address,
    port: port === '' ? 3306 : Number(port),
    username: user,
    password: secret,
    database,
    ssl,
  };
}

/** The options after "?", spelt as the command line of MySQL's own clients spells them. */
function sslSetting(given: URLSearchParams, name: string): MysqlSetting['ssl'] {
  const found = new Map<string, string>();
  for (const [option, value] of given) {
    const known = options.find((one) => one === option.toLowerCase().replaceAll('_', '-'));
    if (known === undefined)
      throw new SettingError(`${name} has the unknown option "${option}": use ${options.join(', ')}`);
    if (found.has(known) || value === '')
      throw new SettingError(`${name} needs ${known} once, with a value: correct it, or remove it`);
    found.set(known, value);
  }
  const files = { ca: found.get('ssl-ca'), cert: found.get('ssl-cert'), key: found.get('ssl-key') };
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new SettingError(
      `${name} has ${files.cert === undefined ? 'ssl-key' : 'ssl-cert'} alone: set both`,
    );
  return { mode: sslMode(found.get('ssl-mode'), files, name), ...files };
}

/** Files without a mode mean TLS, and authorities mean that they are asked, as MySQL's own clients have it. */
function sslMode(given: string | undefined, files: SslFiles, name: string): SslMode {
  const isUsed = Object.values(files).some((file) => file !== undefined);
  const mode = given?.toUpperCase() ?? (isUsed ? 'REQUIRED' : 'DISABLED');
  if (!sslModes.includes(mode))
    throw new SettingError(
      `${name} has the ssl-mode "${given}": use one of ${sslModes.join(', ')}. PREFERRED, which falls back to no TLS, is not supported`,
    );
  if (mode === 'DISABLED' && isUsed)
    throw new SettingError(`${name} has files for TLS beside ssl-mode=DISABLED: remove one or the other`);
  return mode === 'REQUIRED' && files.ca !== undefined ? 'VERIFY_CA' : (mode as SslMode);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
