import { dirname } from 'node:path';
import { type MtlsSettings, mtlsSetting } from './mtls-setting.js';
import {
  addressesSetting,
  adminPasswordSetting,
  databaseSetting,
  flag,
  integer,
  issuerSetting,
  metricsSetting,
  oneOf,
  outboundSetting,
  responseTypesSetting,
  secretSetting,
  tlsSetting,
  type DatabaseSetting,
} from './setting-values.js';

type Environment = Readonly<Record<string, string | undefined>>;

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
    secret: secretSetting(read('EYRIE_SECRET'), production || dataFolder(database) === undefined),
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
  return 'path' in database ? dirname(database.path) : undefined;
}
