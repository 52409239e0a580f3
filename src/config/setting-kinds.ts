import { isIP } from 'node:net';
import { isLoopbackHost } from './loopback.js';
import { SettingError } from './setting-error.js';

/** A way to read the value of a setting. */
export type Kind<Value> = (value: string, name: string) => Value;

export const text: Kind<string> = (value) => value;

export const integer =
  (minimum: number, maximum: number): Kind<number> =>
  (value, name) => {
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    throw new SettingError(`${name} is "${value}": use a whole number from ${minimum} to ${maximum}`);
  };

/** The number of worker processes; 0 stands for `auto`. */
export const workers: Kind<number> = (value, name) => (value === 'auto' ? 0 : integer(1, 256)(value, name));

export const seconds = (minimum = 1, maximum = 10 * 365 * 86_400): Kind<number> => integer(minimum, maximum);

export const oneOf =
  <const Value extends string>(...allowed: readonly Value[]): Kind<Value> =>
  (value, name) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new SettingError(`${name} is "${value}": use one of ${allowed.join(', ')}`);
  };

export const onOff: Kind<boolean> = (value, name) => oneOf('on', 'off')(value, name) === 'on';

export const trueFalse: Kind<boolean> = (value, name) => oneOf('true', 'false')(value, name) === 'true';

/** Values between commas. */
export const listOf =
  <Value>(kind: Kind<Value>): Kind<readonly Value[]> =>
  (value, name) =>
    entriesOf(value).map((entry) => kind(entry, name));

/** Different names of a list, between commas, in the order given. */
export const namesOf =
  <const Name extends string>(...allowed: readonly Name[]): Kind<readonly Name[]> =>
  (value, name) => {
    const names = entriesOf(value).map((entry) => allowed.find((candidate) => candidate === entry));
    if (names.length > 0 && !names.includes(undefined) && new Set(names).size === names.length)
      return names as Name[];
    throw new SettingError(
      `${name} is "${value}": use one or more of ${allowed.join(', ')}, each once, separated by commas`,
    );
  };

/** The same, or `none` for no name. */
export const namesOrNone =
  <const Name extends string>(...allowed: readonly Name[]): Kind<readonly Name[]> =>
  (value, name) =>
    value === 'none' ? [] : namesOf(...allowed)(value, name);

/** A scheme that belongs to an application on the user's device. */
export const redirectScheme: Kind<string> = (value, name) => {
  const scheme = value.toLowerCase();
  if (/^[a-z][a-z\d+.-]*$/.test(scheme) && !publicSchemes.has(scheme)) return scheme;
  throw new SettingError(
    `${name} holds "${value}": use the schemes of applications, without a colon, such as cursor,vscode`,
  );
};

/** Schemes that browsers handle themselves. */
const publicSchemes = new Set(
  'http https javascript data vbscript file blob about ftp ws wss mailto view-source'.split(' '),
);

/** `all`, or scope values (RFC 6749 §3.3) without those of the admin API. */
export const registrableScopes: Kind<'all' | readonly string[]> = (value, name) => {
  if (value === 'all') return value;
  const scopes = value.split(/[\s,]+/).filter(Boolean);
  const wrong = scopes.find(
    (scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope) || scope.startsWith('eyrie.'),
  );
  if (wrong === undefined) return scopes;
  throw new SettingError(
    `${name} holds "${wrong}": use all, or scopes separated by spaces, without those of the admin API (eyrie.…)`,
  );
};

/** Identifiers of resources (RFC 8707 §2), separated by spaces. */
export const identifiers: Kind<readonly string[]> = (value, name) => {
  const named = value.split(/\s+/).filter(Boolean);
  const wrong = named.find((identifier) => !URL.canParse(identifier) || identifier.includes('#'));
  if (wrong === undefined) return named;
  throw new SettingError(
    `${name} holds "${wrong}": use identifiers of resources such as https://contacts.example.com, separated by spaces`,
  );
};

/** Which hosts may describe clients: `off`, or a list of hosts, in which `any` stands for all public ones. */
export const clientDocuments: Kind<'off' | readonly string[]> = (value, name) =>
  value === 'off' ? value : listOf(host)(value.toLowerCase(), name);

/** Whether people may make accounts: `off`, `open`, or the domains of their e-mail addresses. */
export const signUp: Kind<'off' | 'open' | readonly string[]> = (value, name) => {
  if (value === 'off' || value === 'open') return value;
  const domains = entriesOf(value).map((domain) => domain.toLowerCase());
  if (domains.every((domain) => /^[^\s@/:]+\.[^\s@/:.]+$/.test(domain))) return domains;
  throw new SettingError(`${name} is "${value}": use off, open, or domains such as example.com,example.org`);
};

const unitSeconds: Readonly<Record<string, number>> = { h: 3_600, d: 86_400 };
const maxDeletionDelaySeconds = 365 * 86_400;

/** Whether people may delete their accounts: undefined for `off`, else the seconds of a delay such as `14d`, `36h` or `0`. */
export const deletionDelay: Kind<number | undefined> = (value, name) => {
  if (value === 'off') return undefined;
  if (value === '0') return 0;
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hd])$/.exec(value) ?? [];
  const delay = Number(count) * (unitSeconds[unit] ?? 0);
  if (delay > 0 && delay <= maxDeletionDelaySeconds) return delay;
  throw new SettingError(
    `${name} is "${value}": use off, 0, or a delay of up to 365 days such as 14d or 36h`,
  );
};

/** Text of a minimum length. The error does not repeat it. */
export const secretText =
  (minimum: number, remedy = ''): Kind<string> =>
  (value, name) => {
    if (value.length >= minimum) return value;
    throw new SettingError(`${name} is too short: use ${minimum} characters or more${remedy}`);
  };

/** An address, or a block of addresses in CIDR form. */
export const network: Kind<string> = (value, name) => {
  if (isNetwork(value)) return value;
  throw new SettingError(`${name} holds "${value}": use addresses or CIDR blocks such as 10.0.0.0/8`);
};

/** A host, or a host with a port, as the URL parser writes it: another spelling would never match. */
export const host: Kind<string> = (value, name) => {
  const url = URL.canParse(`http://${value}`) ? new URL(`http://${value}`) : undefined;
  if (url?.host === value || url?.hostname === value.replace(/:80$/, '')) return value;
  throw new SettingError(`${name} holds "${value}": use hosts such as keys.internal, 10.0.0.7:8443 or [::1]`);
};

/** The address of a DNS server, with a port or without. */
export const dnsServer: Kind<string> = (value, name) => {
  const url = URL.canParse(`http://${value}`) ? new URL(`http://${value}`) : undefined;
  const isWithPort = url?.host === value && isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isIP(value) !== 0 || isWithPort) return value;
  throw new SettingError(
    `${name} holds "${value}": use addresses such as 192.0.2.53, 127.0.0.1:5353 or [::1]:5353`,
  );
};

/** A domain, as browsers write the host of a URL. */
export const domain: Kind<string> = (value, name) => {
  const url = URL.canParse(`http://${value}`) ? new URL(`http://${value}`) : undefined;
  if (url?.host === value && isIP(value) === 0 && /^[a-z\d.-]+$/.test(value)) return value;
  throw new SettingError(`${name} is "${value}": use a domain such as example.com`);
};

/** The identifier of a model of authenticators (WebAuthn Level 3 §6.5.1), in lower case. */
export const aaguid: Kind<string> = (value, name) => {
  const lower = value.toLowerCase();
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(lower)) return lower;
  throw new SettingError(
    `${name} holds "${value}": use AAGUIDs such as ee882879-721c-4913-9775-3dfcce97072a`,
  );
};

/** The name of a header. */
export const headerName: Kind<string> = (value, name) => {
  if (/^[\w-]+$/.test(value)) return value;
  throw new SettingError(`${name} is "${value}": use the name of a header, such as Client-Cert`);
};

/** An https origin. */
export const secureOrigin: Kind<string> = (value, name) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' && url.origin === value.replace(/\/$/, '')) return url.origin;
  throw new SettingError(
    `${name} is "${value}": use an https origin without a path, such as https://mtls.id.example.com`,
  );
};

/** Segments of unreserved characters, none of them dots alone, which a URL would drop. */
const issuerPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*$/;

/**
 * The issuer (RFC 8414 §2): https, or http on loopback for development. Scheme and host in lower case, an international host in
 * Punycode and no default port, as browsers write it; without a slash at the end.
 */
export const issuer: Kind<string> = (value, name) => {
  const remedy =
    'set it to the URL that browsers see, such as https://id.example.com or https://example.com/auth';
  if (!URL.canParse(value)) throw new SettingError(`${name} is not a URL ("${value}"): ${remedy}`);
  const url = new URL(value);
  const path = value.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/\/$/, '');
  if (url.username !== '' || url.password !== '' || /[?#]/.test(value))
    throw new SettingError(`${name} must have no user, query or fragment ("${value}"): ${remedy}`);
  if (!issuerPath.test(path))
    throw new SettingError(
      `${name} has a path of other characters than letters, digits, "-", ".", "_" and "~" between single slashes ("${value}"): ${remedy}`,
    );
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    throw new SettingError(`${name} must use https unless its host is loopback ("${value}"): ${remedy}`);
  return url.origin + path;
};

/** Who may read metrics without an access token; undefined if nothing is counted. */
export const metrics: Kind<{ readonly addresses: readonly string[] } | undefined> = (value, name) => {
  if (value === 'off') return undefined;
  const addresses = value === 'token' ? [] : entriesOf(value);
  if (addresses.every(isNetwork)) return { addresses };
  throw new SettingError(
    `${name} is "${value}": use off, token, or addresses and CIDR blocks such as 10.0.0.0/8`,
  );
};

function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  const bitsFit = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  return family !== 0 && bitsFit && rest.length === 0;
}
