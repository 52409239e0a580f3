import { isIP } from 'node:net';
import { SettingError } from './setting-error.js';

/** Where a database server is, and the account that uses it. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** Files in PEM form: the authorities that are trusted, and the certificate of this service with its key. */
export interface SslFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** How a kind of server writes the options of TLS. */
export interface SslSpelling<Mode extends string> {
  readonly mode: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Without TLS, encrypted only, with the authority verified, with the host verified too. */
  readonly modes: readonly [none: Mode, encrypted: Mode, authority: Mode, host: Mode];
  /** Modes that may fall back to no TLS. */
  readonly falling: string;
}

/**
 * Reads the server of a URL such as `mysql://user:password@host:3306/name?…`; undefined if it is not understood.
 * @throws SettingError
 */
export function databaseServer(
  value: string,
  name: string,
  defaultPort: number,
): { readonly server: DatabaseServer; readonly options: URLSearchParams } | undefined {
  if (!URL.canParse(value)) return undefined;
  const { hostname, port, username, password, pathname, searchParams, hash } = new URL(value);
  const parts = [hostname, username, password, pathname.slice(1)].map(decoded);
  if (parts.includes(undefined))
    throw new SettingError(
      `${name} has a "%" that begins no percent-encoding: write "%" of a user or password as %25`,
    );
  const [host = '', user = '', secret = '', database = ''] = parts;
  if (host === '' || database === '' || database.includes('/') || hash !== '') return undefined;
  return {
    server: {
      // An IPv6 address stands in brackets in a URL only.
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? defaultPort : Number(port),
      username: user,
      password: secret,
      database,
    },
    options: searchParams,
  };
}

/**
 * Reads the options after "?", all of which are about TLS.
 * @param host of the server, which may be verified
 * @throws SettingError
 */
export function sslOptions<Mode extends string>(
  given: URLSearchParams,
  spelling: SslSpelling<Mode>,
  host: string,
  name: string,
): SslFiles & { readonly mode: Mode } {
  const found = knownOptions(given, [spelling.mode, spelling.ca, spelling.cert, spelling.key], name);
  const files = {
    ca: found.get(spelling.ca),
    cert: found.get(spelling.cert),
    key: found.get(spelling.key),
  };
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new SettingError(
      `${name} has ${files.cert === undefined ? spelling.key : spelling.cert} alone: set both`,
    );
  const mode = modeOf(found.get(spelling.mode), files, spelling, name);
  const [, , authority, verifiedHost] = spelling.modes;
  if (mode === verifiedHost && isIP(host) !== 0)
    throw new SettingError(
      `${name} has ${spelling.mode}=${mode} beside an address: name the host, or use ${authority}`,
    );
  return { mode, ...files };
}

/** Each at most once, with a value. Case does not count, and `_` is `-`. */
function knownOptions(
  given: URLSearchParams,
  known: readonly string[],
  name: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [option, value] of given) {
    const meant = known.find((one) => one === option.toLowerCase().replaceAll('_', '-'));
    if (meant === undefined)
      throw new SettingError(`${name} has the unknown option "${option}": use ${known.join(', ')}`);
    if (found.has(meant) || value === '')
      throw new SettingError(`${name} needs ${meant} once, with a value: correct it, or remove it`);
    found.set(meant, value);
  }
  return found;
}

/** Files without a mode mean TLS, and authorities mean that they are asked, as the own clients of the servers have it. */
function modeOf<Mode extends string>(
  given: string | undefined,
  files: SslFiles,
  { mode: option, modes, falling }: SslSpelling<Mode>,
  name: string,
): Mode {
  const [none, encrypted, authority] = modes;
  const isUsed = Object.values(files).some((file) => file !== undefined);
  const wanted = given ?? (isUsed ? encrypted : none);
  const mode = modes.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (mode === undefined)
    throw new SettingError(
      `${name} has the ${option} "${given}": use one of ${modes.join(', ')}. ${falling} not supported`,
    );
  if (mode === none && isUsed)
    throw new SettingError(`${name} has files for TLS beside ${option}=${none}: remove one or the other`);
  return mode === encrypted && files.ca !== undefined ? authority : mode;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
