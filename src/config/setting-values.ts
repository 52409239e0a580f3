import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isLoopbackHost } from './loopback.js';
import { SettingError } from './setting-error.js';

export type DatabaseSetting =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql'; readonly url: string };

const tokenResponseTypes = [
  'id_token',
  'code id_token',
  'id_token token',
  'code token',
  'code id_token token',
];

export function issuerSetting(value: string): string {
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

export function databaseSetting(value: string): DatabaseSetting {
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

export function secretSetting(value: string | undefined, required: boolean): string | undefined {
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

export function adminPasswordSetting(value: string | undefined): string | undefined {
  if (value !== undefined && value.length < 8) {
    throw new SettingError('EYRIE_ADMIN_PASSWORD is too short: 8 characters or more');
  }
  return value;
}

export function metricsSetting(value: string): { readonly addresses: readonly string[] } | undefined {
  if (value === 'off') return undefined;
  return { addresses: value === 'token' ? [] : addressesSetting('EYRIE_METRICS', value) };
}

export function addressesSetting(name: string, value: string | undefined): string[] {
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

export function outboundSetting(value: string | undefined): string[] {
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

export function tlsSetting(
  certFile: string | undefined,
  keyFile: string | undefined,
): { readonly certFile: string; readonly keyFile: string } | undefined {
  if (certFile && keyFile) return { certFile, keyFile };
  if (!certFile && !keyFile) return undefined;
  throw new SettingError(
    `${certFile ? 'EYRIE_TLS_KEY' : 'EYRIE_TLS_CERT'} is missing: set both EYRIE_TLS_CERT and EYRIE_TLS_KEY, or neither`,
  );
}

export function responseTypesSetting(value: string | undefined): string[] {
  const types = (value ?? '')
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '' && type !== 'code');
  return types.map((type) => oneOf('EYRIE_RESPONSE_TYPES', type, tokenResponseTypes));
}

export function integer(
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

export function flag(name: string, value: string | undefined): boolean {
  return oneOf(name, value ?? 'false', ['true', 'false']) === 'true';
}

export function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new SettingError(`${name} is "${value}": use one of ${allowed.join(', ')}`);
}
