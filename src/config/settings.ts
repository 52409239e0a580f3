import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { type MtlsSettings, mtlsSetting } from './mtls-setting.js';
import { SettingError } from './setting-error.js';

export type DatabaseSetting =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql'; readonly url: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** One setting: its name, what it means, its default as README shows it. */
interface Description {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every setting that Eyrie reads, in README's order. A name that stands nowhere here is read nowhere. */
export const settingDescriptions: readonly Description[] = [
  {
    name: 'EYRIE_ISSUER',
    default: '`http://localhost:` and the port',
    meaning: 'issuer and base of every URL; https unless its host is loopback',
  },
  { name: 'PORT', default: '3000', meaning: 'port to listen on' },
  { name: 'HOST', default: '127.0.0.1 (0.0.0.0 in the image)', meaning: 'address to listen on' },
  {
    name: 'DATABASE_URL',
    default: 'sqlite:./data/eyrie.sqlite',
    meaning: 'or mysql://user:password@host:3306/name (MySQL 8, MariaDB 10.11 and later)',
  },
  {
    name: 'EYRIE_SECRET',
    default: 'generated beside the SQLite file, in development only',
    meaning:
      '32 characters or more; encrypts signing keys at rest, seals browser state, keys the hashes of client secrets',
  },
  {
    name: 'EYRIE_APPLY',
    default: 'none',
    meaning: 'a YAML file of resources, clients and users, applied at start',
  },
  {
    name: 'EYRIE_ADMIN_PASSWORD',
    default: 'none',
    meaning: "the first administrator's password; without it one is generated and printed once",
  },
  {
    name: 'EYRIE_TRUSTED_PROXIES',
    default: 'none',
    meaning: 'comma-separated addresses or CIDR blocks whose X-Forwarded-For is believed',
  },
  {
    name: 'EYRIE_TLS_CERT',
    default: 'none',
    meaning: 'PEM file: serve https without a proxy (with EYRIE_TLS_KEY)',
  },
  { name: 'EYRIE_TLS_KEY', default: 'none', meaning: 'PEM file of the private key to EYRIE_TLS_CERT' },
  {
    name: 'EYRIE_MTLS',
    default: 'off',
    meaning:
      'on: clients may authenticate by TLS certificates, and have tokens bound to them (RFC 8705); needs EYRIE_TLS_CERT or EYRIE_MTLS_HEADER',
  },
  {
    name: 'EYRIE_MTLS_HEADER',
    default: 'none',
    meaning:
      'header in which proxies of EYRIE_TRUSTED_PROXIES pass the certificate: Client-Cert (RFC 9440), or one of URL-encoded PEM',
  },
  {
    name: 'EYRIE_MTLS_CA',
    default: 'none, and no tls_client_auth',
    meaning:
      'PEM file of the authorities that issue certificates for tls_client_auth, intermediate ones too; or proxy, where the proxy lets in no other certificates',
  },
  {
    name: 'EYRIE_MTLS_ORIGIN',
    default: 'the issuer',
    meaning: 'origin at which clients present certificates, published as mtls_endpoint_aliases',
  },
  {
    name: 'EYRIE_OUTBOUND_ALLOW',
    default: 'none',
    meaning:
      'comma-separated hosts (or host:port) whose URLs clients may name over http and at private addresses too',
  },
  {
    name: 'EYRIE_REGISTRATION',
    default: 'off',
    meaning: 'who may register clients at /register: off, token (with an initial access token) or open',
  },
  {
    name: 'EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS',
    default: '20',
    meaning:
      'registrations from one address in an hour, refused ones included, before open registration answers 429',
  },
  {
    name: 'EYRIE_DPOP_NONCE',
    default: 'off',
    meaning: 'on: DPoP proofs must hold a nonce of ours (RFC 9449 §8)',
  },
  {
    name: 'EYRIE_SESSION_MANAGEMENT',
    default: 'off',
    meaning:
      'on: check_session_iframe and session_state (OpenID Connect Session Management); under https it takes a SameSite=None cookie',
  },
  {
    name: 'EYRIE_METRICS',
    default: 'off',
    meaning:
      'who may read /metrics: off (nobody, nothing is counted), token (access tokens with scope eyrie.admin.read), or comma-separated addresses or CIDR blocks that need no token',
  },
  { name: 'EYRIE_LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent' },
  { name: 'EYRIE_ACCESS_TOKEN_TTL', default: '600', meaning: 'seconds an access token lives' },
  { name: 'EYRIE_ID_TOKEN_TTL', default: '600', meaning: 'seconds an ID token lives' },
  { name: 'EYRIE_CODE_TTL', default: '60', meaning: 'seconds an authorization code lives, 60 at most' },
  {
    name: 'EYRIE_PUSHED_REQUEST_TTL',
    default: '60',
    meaning: 'seconds in which a pushed authorization request must reach the authorization endpoint',
  },
  {
    name: 'EYRIE_REQUIRE_PUSHED_REQUESTS',
    default: 'false',
    meaning: 'true: authorization requests of every client must be pushed (RFC 9126)',
  },
  {
    name: 'EYRIE_REQUEST_URI',
    default: 'off',
    meaning:
      'request objects by reference (RFC 9101 §5.2): off, registered (only request_uris of the client) or any (also others of it, at public addresses)',
  },
  {
    name: 'EYRIE_DEVICE_CODE_TTL',
    default: '600',
    meaning: 'seconds in which the code that a device shows can be entered',
  },
  {
    name: 'EYRIE_RESPONSE_TYPES',
    default: 'none',
    meaning:
      'comma-separated response types beyond code, for relying parties that still need them: id_token, code id_token, id_token token, code token, code id_token token',
  },
  {
    name: 'EYRIE_REFRESH_IDLE_TTL',
    default: '2592000',
    meaning: 'seconds a refresh token lives unused (30 days)',
  },
  {
    name: 'EYRIE_REFRESH_ABSOLUTE_TTL',
    default: '15552000',
    meaning: 'seconds until a grant ends however often it is refreshed (180 days)',
  },
  {
    name: 'EYRIE_REFRESH_GRACE',
    default: '10',
    meaning: 'seconds in which a rotated refresh token still yields its one successor',
  },
  {
    name: 'EYRIE_SESSION_IDLE_TTL',
    default: '86400',
    meaning: 'seconds a sign-in session lives unused (1 day)',
  },
  {
    name: 'EYRIE_SESSION_TTL',
    default: '1209600',
    meaning: 'seconds a sign-in session lives at most (14 days)',
  },
  {
    name: 'EYRIE_SIGN_IN_ATTEMPTS',
    default: '10',
    meaning: 'failed sign-ins to one account in the window before it answers 429',
  },
  {
    name: 'EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS',
    default: '100',
    meaning: 'failed sign-ins from one address in the window before it answers 429',
  },
  {
    name: 'EYRIE_SIGN_IN_WINDOW',
    default: '900',
    meaning: 'seconds of the window in which failed sign-ins are counted',
  },
  {
    name: 'EYRIE_EXPLAIN_TTL',
    default: '604800',
    meaning: 'seconds in which a refusal can be looked up by its reference (7 days); 0 keeps none',
  },
  {
    name: 'NODE_ENV',
    default: 'development',
    meaning: 'development or production; the image runs in production',
  },
];

/** What the service runs with. Times are in seconds. */
export interface Settings {
  readonly issuer: string;
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseSetting;
  /** Absent where it is to be generated beside the database (`config/secret.ts`). */
  readonly secret: string | undefined;
  readonly applyFile: string | undefined;
  readonly adminPassword: string | undefined;
  readonly trustedProxies: readonly string[];
  /** Who may register clients: nobody, whoever has an initial access token, or anybody (RFC 7591 §3). */
  readonly registration: 'off' | 'token' | 'open';
  /** Clients that strangers may try to register from one address in an hour. */
  readonly registrationAttemptsPerAddress: number;
  /** Whether DPoP proofs must hold a nonce of ours (RFC 9449 §8). */
  readonly dpopNonce: boolean;
  /** Whether relying parties may watch in a frame of ours whether somebody is still signed in (OIDC Session Management). */
  readonly sessionManagement: boolean;
  /** Who may read metrics without an access token; absent where nothing is counted. */
  readonly metrics: { readonly addresses: readonly string[] } | undefined;
  /** Hosts, or hosts with port, that may be fetched from over http and at any address. */
  readonly outboundAllow: readonly string[];
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly mtls: MtlsSettings | undefined;
  readonly production: boolean;
  readonly logLevel: string;
  readonly lifetimes: {
    readonly accessToken: number;
    readonly idToken: number;
    readonly code: number;
    readonly pushedRequest: number;
    readonly deviceCode: number;
    readonly refreshIdle: number;
    readonly refreshAbsolute: number;
    readonly refreshGrace: number;
    readonly sessionIdle: number;
    readonly session: number;
  };
  /** Whether no client may send its authorization requests any other way than pushed (RFC 9126 §5). */
  readonly requirePushedRequests: boolean;
  /** Which request objects are fetched: none, those behind registered `request_uris`, or any (OIDC Core §6.2). */
  readonly requestUri: 'off' | 'registered' | 'any';
  /** The response types that exist here, `code` always among them. */
  readonly responseTypes: readonly string[];
  /** How long refusals are kept; 0 for not at all. */
  readonly explainTtl: number;
  readonly signIn: {
    readonly attempts: number;
    readonly attemptsPerAddress: number;
    readonly window: number;
  };
}

/** The Nest token under which the checked settings are injected. */
export const SETTINGS = Symbol('Settings');

const tokenResponseTypes = [
  'id_token',
  'code id_token',
  'id_token token',
  'code token',
  'code id_token token',
];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads and checks all settings.
 * @throws SettingError naming the first setting that is wrong, and how to mend it
 */
export function readSettings(environment: Environment): Settings {
  // An empty variable counts as absent: that is how compose files and shells pass "not set".
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;

  const seconds = (name: string, fallback: number, least: number, most = 10 * 365 * 86_400): number =>
    integer(name, read(name), fallback, least, most);

  const production =
    oneOf('NODE_ENV', read('NODE_ENV') ?? 'development', ['development', 'production', 'test']) ===
    'production';
  const port = integer('PORT', read('PORT'), 3000, 1, 65_535);
  const database = databaseSetting(read('DATABASE_URL') ?? 'sqlite:./data/eyrie.sqlite');
  const tls = tlsSetting(read('EYRIE_TLS_CERT'), read('EYRIE_TLS_KEY'));
  const trustedProxies = addressesSetting('EYRIE_TRUSTED_PROXIES', read('EYRIE_TRUSTED_PROXIES'));
  return {
    issuer: issuerSetting(read('EYRIE_ISSUER') ?? `${tls ? 'https' : 'http'}://localhost:${port}`),
    host: read('HOST') ?? '127.0.0.1',
    port,
    database,
    secret: secretSetting(read('EYRIE_SECRET'), production || database.kind === 'mysql'),
    applyFile: read('EYRIE_APPLY'),
    adminPassword: adminPasswordSetting(read('EYRIE_ADMIN_PASSWORD')),
    trustedProxies,
    metrics: metricsSetting(read('EYRIE_METRICS') ?? 'off'),
    registration: oneOf('EYRIE_REGISTRATION', read('EYRIE_REGISTRATION') ?? 'off', ['off', 'token', 'open']),
    registrationAttemptsPerAddress: integer(
      'EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS',
      read('EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS'),
      20,
      1,
      1_000_000,
    ),
    dpopNonce: oneOf('EYRIE_DPOP_NONCE', read('EYRIE_DPOP_NONCE') ?? 'off', ['on', 'off']) === 'on',
    sessionManagement:
      oneOf('EYRIE_SESSION_MANAGEMENT', read('EYRIE_SESSION_MANAGEMENT') ?? 'off', ['on', 'off']) === 'on',
    outboundAllow: outboundSetting(read('EYRIE_OUTBOUND_ALLOW')),
    tls,
    mtls: mtlsSetting(
      {
        EYRIE_MTLS: read('EYRIE_MTLS'),
        EYRIE_MTLS_HEADER: read('EYRIE_MTLS_HEADER'),
        EYRIE_MTLS_CA: read('EYRIE_MTLS_CA'),
        EYRIE_MTLS_ORIGIN: read('EYRIE_MTLS_ORIGIN'),
      },
      { hasTls: tls !== undefined, hasProxies: trustedProxies.length > 0 },
    ),
    production,
    logLevel: oneOf('EYRIE_LOG_LEVEL', read('EYRIE_LOG_LEVEL') ?? 'info', logLevels),
    lifetimes: {
      accessToken: seconds('EYRIE_ACCESS_TOKEN_TTL', 600, 1),
      idToken: seconds('EYRIE_ID_TOKEN_TTL', 600, 1),
      code: seconds('EYRIE_CODE_TTL', 60, 1, 60),
      pushedRequest: seconds('EYRIE_PUSHED_REQUEST_TTL', 60, 5, 600),
      deviceCode: seconds('EYRIE_DEVICE_CODE_TTL', 600, 60, 3_600),
      refreshIdle: seconds('EYRIE_REFRESH_IDLE_TTL', 2_592_000, 1),
      refreshAbsolute: seconds('EYRIE_REFRESH_ABSOLUTE_TTL', 15_552_000, 1),
      refreshGrace: seconds('EYRIE_REFRESH_GRACE', 10, 0, 600),
      sessionIdle: seconds('EYRIE_SESSION_IDLE_TTL', 86_400, 1),
      session: seconds('EYRIE_SESSION_TTL', 1_209_600, 1),
    },
    requirePushedRequests: flag('EYRIE_REQUIRE_PUSHED_REQUESTS', read('EYRIE_REQUIRE_PUSHED_REQUESTS')),
    requestUri: oneOf('EYRIE_REQUEST_URI', read('EYRIE_REQUEST_URI') ?? 'off', ['off', 'registered', 'any']),
    responseTypes: ['code', ...responseTypesSetting(read('EYRIE_RESPONSE_TYPES'))],
    explainTtl: seconds('EYRIE_EXPLAIN_TTL', 604_800, 0),
    signIn: {
      attempts: integer('EYRIE_SIGN_IN_ATTEMPTS', read('EYRIE_SIGN_IN_ATTEMPTS'), 10, 1, 10_000),
      attemptsPerAddress: integer(
        'EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS',
        read('EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS'),
        100,
        1,
        1_000_000,
      ),
      window: seconds('EYRIE_SIGN_IN_WINDOW', 900, 1, 86_400),
    },
  };
}

/** The settings of this process: the only reader of process.env. */
export function processSettings(): Settings {
  return readSettings(process.env);
}

/** The value of a variable that a configuration file names (`client_secret_env`, `password_env`). */
export function environmentValue(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The folder that holds the embedded database and what is generated beside it. */
export function dataFolder(database: DatabaseSetting): string | undefined {
  return database.kind === 'sqlite' ? dirname(database.path) : undefined;
}

/** Whether a URL's host is this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

function issuerSetting(value: string): string {
  const remedy = 'set it to the origin that browsers see, such as https://id.example.com';
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new SettingError(`EYRIE_ISSUER is not a URL ("${value}"): ${remedy}`);
  }
  if (url.origin !== value.replace(/\/$/, '')) {
    throw new SettingError(
      `EYRIE_ISSUER must be an origin without path, query or fragment ("${value}"): ${remedy}`,
    );
  }
  // RFC 8414 §2: the issuer "uses the https scheme"; loopback is for development.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    throw new SettingError(`EYRIE_ISSUER must use https unless its host is loopback ("${value}"): ${remedy}`);
  }
  return url.origin;
}

function databaseSetting(value: string): DatabaseSetting {
  if (value.startsWith('sqlite:')) {
    const path = value.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (path && path !== ':memory:') return { kind: 'sqlite', path: resolve(path) };
  }
  if (/^(mysql|mariadb):\/\//.test(value) && URL.canParse(value)) {
    const url = new URL(value);
    if (url.hostname && url.pathname.length > 1)
      return { kind: 'mysql', url: value.replace(/^mariadb:/, 'mysql:') };
  }
  throw new SettingError(
    'DATABASE_URL is not understood: use sqlite:./data/eyrie.sqlite or mysql://user:password@host:3306/name',
  );
}

function secretSetting(value: string | undefined, required: boolean): string | undefined {
  if (value === undefined && required) {
    throw new SettingError(
      'EYRIE_SECRET is missing: with MySQL or NODE_ENV=production set it to 32 random characters or more, for instance from `openssl rand -base64 48`',
    );
  }
  if (value !== undefined && value.length < 32) {
    throw new SettingError(
      'EYRIE_SECRET is too short: 32 characters or more, for instance from `openssl rand -base64 48`',
    );
  }
  return value;
}

function adminPasswordSetting(value: string | undefined): string | undefined {
  if (value !== undefined && value.length < 8) {
    throw new SettingError('EYRIE_ADMIN_PASSWORD is too short: 8 characters or more');
  }
  return value;
}

function metricsSetting(value: string): Settings['metrics'] {
  if (value === 'off') return undefined;
  return { addresses: value === 'token' ? [] : addressesSetting('EYRIE_METRICS', value) };
}

function addressesSetting(name: string, value: string | undefined): string[] {
  const addresses = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const entry of addresses) {
    const [address = '', bits, ...rest] = entry.split('/');
    const family = isIP(address);
    const bitsFit =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
    if (!family || !bitsFit || rest.length > 0) {
      throw new SettingError(`${name} holds "${entry}": use addresses or CIDR blocks such as 10.0.0.0/8`);
    }
  }
  return addresses;
}

function outboundSetting(value: string | undefined): string[] {
  const hosts = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const host of hosts) {
    // Compared with what the URL parser makes of a host: other spellings of it would never match.
    const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
    if (url?.host !== host && url?.hostname !== host.replace(/:80$/, ''))
      throw new SettingError(
        `EYRIE_OUTBOUND_ALLOW holds "${host}": use hosts such as keys.internal, 10.0.0.7:8443 or [::1]`,
      );
  }
  return hosts;
}

function tlsSetting(certFile: string | undefined, keyFile: string | undefined): Settings['tls'] {
  if (certFile && keyFile) return { certFile, keyFile };
  if (!certFile && !keyFile) return undefined;
  throw new SettingError(
    `${certFile ? 'EYRIE_TLS_KEY' : 'EYRIE_TLS_CERT'} is missing: set both EYRIE_TLS_CERT and EYRIE_TLS_KEY, or neither`,
  );
}

function responseTypesSetting(value: string | undefined): string[] {
  const types = (value ?? '')
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '' && type !== 'code');
  return types.map((type) => oneOf('EYRIE_RESPONSE_TYPES', type, tokenResponseTypes));
}

function integer(
  name: string,
  value: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (value === undefined) return fallback;
  const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SettingError(`${name} is "${value}": use a whole number from ${least} to ${most}`);
}

function flag(name: string, value: string | undefined): boolean {
  return oneOf(name, value ?? 'false', ['true', 'false']) === 'true';
}

function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new SettingError(`${name} is "${value}": use one of ${allowed.join(', ')}`);
}
