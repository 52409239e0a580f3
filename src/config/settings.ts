import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { refuseMisspelt } from './misspelt-settings.js';
import { type MtlsSettings, mtlsSettings } from './mtls-setting.js';
import { type Environment, readGroup, settingsIn, type ValuesOf } from './setting.js';
import { SettingError } from './setting-error.js';
import type { DatabaseSetting } from './database-url.js';
import { fileVariable, withSecretFiles } from './secret-files.js';
import { type SignerSettings, signerSettingsOf } from './signer-settings.js';
import { settingTable } from './setting-table.js';

type Values = ValuesOf<typeof settingTable>;

/** What people may begin a sign-in with here. */
type OwnFirstFactor = Exclude<Values['signIn']['firstFactors'][number], 'upstream'>;

export interface SignInSettings extends Omit<Values['signIn'], 'firstFactors'> {
  readonly firstFactors: readonly OwnFirstFactor[];
  /** Whether people may sign in at upstreams. */
  readonly withUpstreams: boolean;
}

/** The checked settings. Times are in seconds. */
export interface Settings extends Omit<
  Values,
  | 'issuer'
  | 'environment'
  | 'shutdownDelay'
  | 'tlsCertificate'
  | 'tlsKey'
  | 'mutualTls'
  | 'responseTypes'
  | 'signer'
  | 'signIn'
> {
  readonly issuer: string;
  /** The origin of the issuer. */
  readonly origin: string;
  /** The path of the issuer, such as `/auth`; empty if it has none. */
  readonly issuerPath: string;
  readonly production: boolean;
  /** Seconds between the signal to stop and the end of listening. */
  readonly shutdownDelay: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly mtls: MtlsSettings | undefined;
  readonly signer: SignerSettings;
  readonly signIn: SignInSettings;
  /** The response types, `code` always among them. */
  readonly responseTypes: readonly string[];
}

/** The Nest token under which the checked settings are injected. */
export const SETTINGS = Symbol('Settings');

/** Name, default and meaning of every setting, for the documentation. */
export const settingDescriptions = settingsIn(settingTable).map((setting) => ({
  name: setting.name,
  default: setting.defaultMeaning ?? (setting.default || 'none'),
  meaning: setting.isSecret
    ? `${setting.meaning}. ${fileVariable(setting.name)} names a file that holds it instead`
    : setting.meaning,
}));

/** The names of all variables that are read: of the settings, and of those that name the file of a secret one. */
export const variableNames: readonly string[] = settingsIn(settingTable).flatMap(({ name, isSecret }) =>
  isSecret ? [name, fileVariable(name)] : [name],
);

/**
 * Reads and checks all settings.
 * @throws SettingError naming the first setting that is wrong or misspelt, and the remedy
 */
export function readSettings(given: Environment): Settings {
  refuseMisspelt(given, variableNames);
  const environment = withSecretFiles(given, settingsIn(settingTable));
  const { tlsCertificate, tlsKey, mutualTls, ...values } = readGroup(settingTable, environment);
  const { environment: mode, ...others } = values;
  const production = mode === 'production';
  if (others.secret === undefined && (production || dataFolder(others.database) === undefined))
    throw new SettingError(
      'EYRIE_SECRET is missing: with a database server or NODE_ENV=production set it to 32 random characters or more, for instance from `openssl rand -base64 48`',
    );
  if (others.secretPrevious !== undefined && others.secretPrevious === others.secret)
    throw new SettingError(
      'EYRIE_SECRET_PREVIOUS is the same as EYRIE_SECRET: set it to the other secret, or leave it out',
    );
  if (others.adminPassword !== undefined && others.adminPasswordFile !== undefined)
    throw new SettingError('EYRIE_ADMIN_PASSWORD_FILE stands beside EYRIE_ADMIN_PASSWORD: keep one of them');
  if ((others.mail.server === undefined) !== (others.mail.from === undefined))
    throw new SettingError(
      `${others.mail.from ? 'EYRIE_MAIL_URL' : 'EYRIE_MAIL_FROM'} is missing: set both EYRIE_MAIL_URL and EYRIE_MAIL_FROM, or neither`,
    );
  if (others.signIn.signUp !== 'off' && others.mail.server === undefined)
    throw new SettingError('EYRIE_SIGN_UP needs mail: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM, or remove it');
  if (others.passkeys.roots !== undefined && others.passkeys.models.length === 0)
    throw new SettingError(
      'EYRIE_PASSKEY_ROOTS has no effect without EYRIE_PASSKEY_MODELS: set both, or remove it',
    );
  const tls = tlsFiles(tlsCertificate, tlsKey);
  const issuer = others.issuer ?? `${tls ? 'https' : 'http'}://localhost:${others.port}`;
  const { origin } = new URL(issuer);
  return {
    ...others,
    signIn: withOwnFactors(possibleSignIn(signInAt(issuer, others.signIn), others.mail)),
    signer: signerSettingsOf(others.signer),
    production,
    shutdownDelay: others.shutdownDelay ?? (production ? 5 : 1),
    workers: workersOn(others.database, others.workers),
    issuer,
    origin,
    issuerPath: issuer.slice(origin.length),
    tls,
    mtls: mtlsSettings(mutualTls, {
      hasTls: tls !== undefined,
      hasProxies: others.trustedProxies.length > 0,
    }),
    responseTypes: [...new Set(['code', ...others.responseTypes])],
    ...(others.profile === 'off' ? {} : underProfile),
  };
}

/** What a security profile of all clients leaves of other settings (FAPI 2.0 Security Profile §5.3.2.2). */
const underProfile = {
  requirePushedRequests: true,
  requestUri: 'off',
  responseTypes: ['code'],
} as const;

/** How many processes serve. SQLite has one writer, and further processes would only wait for it. */
function workersOn(database: DatabaseSetting, workers: number): number {
  if (!('path' in database)) return workers || availableParallelism();
  if (workers <= 1) return 1;
  throw new SettingError(
    `EYRIE_WORKERS is ${workers}, but SQLite has one writer: set DATABASE_URL to a database server, or EYRIE_WORKERS to 1`,
  );
}

/** What can be set up as a second factor. */
const enrollable: readonly string[] = ['passkey', 'one-time-code'];

/** Whoever must have a second factor needs one that can be set up, and codes by e-mail need mail. */
function possibleSignIn(signIn: Values['signIn'], mail: Values['mail']): Values['signIn'] {
  const { secondFactorRequiredOf, secondFactors } = signIn;
  if (secondFactors.includes('email-code') && mail.server === undefined)
    throw new SettingError(
      `EYRIE_SECOND_FACTORS is ${secondFactors.join(',')}, but email-code needs mail: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM, or remove it`,
    );
  if (secondFactorRequiredOf === 'nobody' || secondFactors.some((factor) => enrollable.includes(factor)))
    return signIn;
  throw new SettingError(
    `EYRIE_SECOND_FACTOR_REQUIRED_OF is ${secondFactorRequiredOf}, but there is nothing to set up: add one-time-code to EYRIE_SECOND_FACTORS, or passkey if EYRIE_ISSUER has a host name`,
  );
}

/** Sets apart whether people may sign in elsewhere. */
function withOwnFactors({ firstFactors, ...others }: Values['signIn']): SignInSettings {
  return {
    ...others,
    firstFactors: firstFactors.filter((factor): factor is OwnFirstFactor => factor !== 'upstream'),
    withUpstreams: firstFactors.includes('upstream'),
  };
}

/** A passkey belongs to a domain: there are none at an address (WebAuthn Level 3 §5.1.3). */
function signInAt(issuer: string, signIn: Values['signIn']): Values['signIn'] {
  if (isIP(new URL(issuer).hostname.replace(/^\[|\]$/g, '')) === 0) return signIn;
  const firstFactors = signIn.firstFactors.filter((factor) => factor !== 'passkey');
  if (firstFactors.length === 0)
    throw new SettingError(
      'EYRIE_FIRST_FACTORS is passkey, which needs a host name: set EYRIE_ISSUER to one, or add password',
    );
  return {
    ...signIn,
    firstFactors,
    secondFactors: signIn.secondFactors.filter((factor) => factor !== 'passkey'),
  };
}

/** The settings of this process: the only reader of process.env. */
export function processSettings(): Settings {
  return readSettings(process.env);
}

/** Whether this process runs in production, even if its settings cannot be read. */
export function isProduction(): boolean {
  return process.env.NODE_ENV === 'production';
}

/** The value of a variable that a configuration file names (`client_secret_env`, `password_env`). */
export function environmentValue(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The folder of the embedded database, and of what is generated beside it. */
export function dataFolder(database: DatabaseSetting): string | undefined {
  return 'path' in database ? dirname(database.path) : undefined;
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): Settings['tls'] {
  if (certFile && keyFile) return { certFile, keyFile };
  if (!certFile && !keyFile) return undefined;
  throw new SettingError(
    `${certFile ? 'EYRIE_TLS_KEY' : 'EYRIE_TLS_CERT'} is missing: set both EYRIE_TLS_CERT and EYRIE_TLS_KEY, or neither`,
  );
}
