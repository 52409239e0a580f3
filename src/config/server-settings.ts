import { auditTarget } from './audit-target.js';
import { databaseUrl } from './database-url.js';
import { days, type SettingGroup } from './setting.js';
import { integer, issuer, metrics, oneOf, seconds, secretText, text, workers } from './setting-kinds.js';

/** Where Eyrie runs, and with what. */
export const serverSettings = {
  issuer: {
    name: 'EYRIE_ISSUER',
    defaultMeaning: '`http://localhost:` and the port',
    meaning:
      'Issuer and base of every URL, such as https://id.example.com or https://example.com/auth. It must use https unless its host is loopback',
    parse: issuer,
  },
  port: { name: 'PORT', default: '3000', meaning: 'Port to listen on', parse: integer(1, 65_535) },
  host: {
    name: 'HOST',
    default: '127.0.0.1',
    defaultMeaning: '127.0.0.1 (0.0.0.0 in the image)',
    meaning: 'Address to listen on',
    parse: text,
  },
  database: {
    name: 'DATABASE_URL',
    default: 'sqlite:./data/eyrie.sqlite',
    meaning:
      'SQLite file, mysql://user:password@host:3306/name for MySQL 8 or MariaDB 10.11 and later, or postgres://user:password@host:5432/name for PostgreSQL 14 and later. User, password and name are percent-encoded. For TLS with MySQL or MariaDB add ?ssl-mode=REQUIRED, VERIFY_CA or VERIFY_IDENTITY, and ssl-ca=, ssl-cert= and ssl-key= with PEM files, between "&". With PostgreSQL the options are sslmode=require, verify-ca or verify-full, sslrootcert=, sslcert= and sslkey=. Without a file of authorities, those of Node.js count',
    isSecret: true,
    parse: databaseUrl,
  },
  secret: {
    name: 'EYRIE_SECRET',
    defaultMeaning: 'generated beside the SQLite file, in development only',
    meaning:
      '32 characters or more. Encrypts signing keys at rest, seals browser state, and keys the hashes of client secrets',
    isSecret: true,
    parse: secretText(32, ', for instance from `openssl rand -base64 48`'),
  },
  secretPrevious: {
    name: 'EYRIE_SECRET_PREVIOUS',
    meaning:
      'The other secret while EYRIE_SECRET is replaced: what it encrypted, sealed or hashed is still accepted. See docs/rotation.md',
    isSecret: true,
    parse: secretText(32),
  },
  applyFile: {
    name: 'EYRIE_APPLY',
    meaning: 'YAML file, or folder of YAML files, to apply at start. See docs/configuration.md',
    parse: text,
  },
  adminPassword: {
    name: 'EYRIE_ADMIN_PASSWORD',
    defaultMeaning: 'generated, and printed once, in development only',
    meaning:
      'Password of the first administrator, 8 characters or more and not easy to guess. In production the first start needs it, or EYRIE_ADMIN_PASSWORD_FILE, or a file of EYRIE_APPLY with an administrator; it must be changed at the first sign-in there',
    parse: secretText(8),
  },
  adminPasswordFile: {
    name: 'EYRIE_ADMIN_PASSWORD_FILE',
    meaning: 'File that holds this password, instead of EYRIE_ADMIN_PASSWORD',
    parse: text,
  },
  environment: {
    name: 'NODE_ENV',
    default: 'development',
    meaning: 'development or production. The image sets production',
    parse: oneOf('development', 'production', 'test'),
  },
  workers: {
    name: 'EYRIE_WORKERS',
    default: '1',
    meaning:
      'Processes that serve, or auto for one a core; one with SQLite, which has one writer. Each has a pool of up to 20 connections to the database',
    parse: workers,
  },
  shutdownDelay: {
    name: 'EYRIE_SHUTDOWN_DELAY',
    defaultMeaning: '5 in production, else 1',
    meaning:
      'Seconds for which requests are still served after SIGTERM or SIGINT, while /health/ready already answers 503: as long as load balancers need to notice',
    parse: seconds(0, 300),
  },
  logLevel: {
    name: 'EYRIE_LOG_LEVEL',
    default: 'info',
    meaning: 'Log level: fatal, error, warn, info, debug, trace or silent',
    parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  },
  metrics: {
    name: 'EYRIE_METRICS',
    default: 'off',
    meaning:
      'Who may read /metrics: off (nobody, and nothing is counted), token (access tokens with the scope eyrie.admin.read), or comma-separated addresses or CIDR blocks that need no token',
    parse: metrics,
  },
  auditTtl: {
    name: 'EYRIE_AUDIT_TTL',
    default: '0',
    meaning: 'Seconds for which events of the audit trail are kept; 0 keeps them all',
    parse: seconds(0, 3_153_600_000),
  },
  auditTokens: {
    name: 'EYRIE_AUDIT_TOKENS',
    default: 'off',
    meaning:
      'What the audit trail holds of the token endpoint: off (nothing), refusals (refused requests, counted) or all (issued access tokens as well). See docs/administration.md',
    parse: oneOf('off', 'refusals', 'all'),
  },
  auditForward: {
    name: 'EYRIE_AUDIT_FORWARD',
    meaning:
      'Where the events of the audit trail are sent: https://user:password@host/path for a webhook, or syslog+tls://host:6514?ca=/path.pem. See docs/administration.md',
    isSecret: true,
    parse: auditTarget,
  },
  auditForwardSecret: {
    name: 'EYRIE_AUDIT_FORWARD_SECRET',
    meaning: 'Secret, 32 characters or more, with which the requests to the webhook are signed',
    isSecret: true,
    parse: secretText(32, ', for instance from `openssl rand -base64 48`'),
  },
  keyRotation: {
    name: 'EYRIE_KEY_ROTATION',
    default: '0',
    meaning:
      'Seconds for which a key signs before the next one takes its place, an hour or more; 0 rotates keys only on request',
    parse: (value, name) => (value === '0' ? undefined : seconds(3_600)(value, name)),
  },
  explainTtl: {
    name: 'EYRIE_EXPLAIN_TTL',
    ...days(7),
    meaning: 'Seconds for which an error can be looked up by its reference; 0 keeps none',
    parse: seconds(0),
  },
} as const satisfies SettingGroup;
