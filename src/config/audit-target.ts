import { isLoopbackHost } from './loopback.js';
import { SettingError } from './setting-error.js';

/** Where the events of the audit trail are sent, as `EYRIE_AUDIT_FORWARD` names it. */
export type AuditTarget =
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** For basic authentication. */
      readonly authorization: string | undefined;
    }
  | {
      readonly kind: 'syslog';
      readonly host: string;
      readonly port: number;
      readonly isEncrypted: boolean;
      /** PEM file of the authorities that are trusted; those of Node.js if undefined. */
      readonly authorities: string | undefined;
    };

const remedy =
  'use https://user:password@host/path, syslog+tls://host:6514, or syslog+tcp:// and http:// on loopback';

/**
 * Reads the URL of a webhook or of a syslog server. No error repeats the value, which may hold a password.
 * @throws SettingError
 */
export function auditTarget(value: string, name: string): AuditTarget {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const protocol = url?.protocol ?? '';
  if (!url || url.hostname === '' || url.hash !== '')
    throw new SettingError(`${name} is not understood: ${remedy}`);
  const isPlain = protocol === 'http:' || protocol === 'syslog+tcp:';
  if (isPlain && !isLoopbackHost(url.hostname))
    throw new SettingError(`${name} would send events in clear text: ${remedy}`);
  if (protocol === 'http:' || protocol === 'https:') return webhook(url, name);
  if (protocol !== 'syslog+tls:' && protocol !== 'syslog+tcp:')
    throw new SettingError(`${name} is not understood: ${remedy}`);
  const unknown = [...url.searchParams.keys()].find((option) => option !== 'ca');
  if (unknown !== undefined || url.username !== '' || !['', '/'].includes(url.pathname))
    throw new SettingError(`${name} has more than a host, a port and ca=: ${remedy}`);
  return {
    kind: 'syslog',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || (isPlain ? 601 : 6_514)),
    isEncrypted: !isPlain,
    authorities: url.searchParams.get('ca') ?? undefined,
  };
}

function webhook(url: URL, name: string): AuditTarget {
  const credentials = [url.username, url.password].map((part) => decoded(part, name)).join(':');
  url.username = '';
  url.password = '';
  return {
    kind: 'webhook',
    url: url.href,
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function decoded(part: string, name: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SettingError(`${name} is not understood: percent-encode user and password`);
  }
}
