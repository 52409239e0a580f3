import { isLoopbackHost } from './loopback.js';
import { SettingError } from './setting-error.js';

/** The server that takes mail, as `EYRIE_MAIL_URL` names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (`smtps:`), STARTTLS that the server must offer, or STARTTLS if it offers that. */
  readonly tls: 'implicit' | 'required' | 'optional';
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

/** A name and an address, as a mail shows its sender. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const remedy = 'use smtp://user:password@host:587 or smtps://user:password@host:465';

/**
 * Reads `smtp://user:password@host:port?starttls=…` or `smtps://…`. No error repeats the value, which may hold a password.
 * @throws SettingError
 */
export function mailUrl(value: string, name: string): MailServer {
  const url = /^smtps?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || url.hostname === '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    throw new SettingError(`${name} is not understood: ${remedy}`);
  const [host, username, password] = [url.hostname, url.username, url.password].map((part) =>
    decoded(part, name),
  );
  if (!host) throw new SettingError(`${name} has no host: ${remedy}`);
  if ((username === '') !== (password === ''))
    throw new SettingError(`${name} has a user or a password alone: set both, or neither`);
  const implicit = url.protocol === 'smtps:';
  return {
    // An IPv6 address stands in brackets in a URL only.
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (implicit ? 465 : 587) : Number(url.port),
    tls: implicit ? implicitTls(url.searchParams, name) : startTls(url.searchParams, host, name),
    login: username && password ? { username, password } : undefined,
  };
}

/**
 * Reads `no-reply@example.com` or `Example <no-reply@example.com>`.
 * @throws SettingError
 */
export function mailbox(value: string, name: string): Mailbox {
  const [, shown = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(value) ?? [];
  const address = bracketed ?? value;
  if (isMailAddress(address) && !/[\p{Cc}"\\]/u.test(shown)) return { name: shown.trim(), address };
  throw new SettingError(`${name} is "${value}": use an address such as Example <no-reply@example.com>`);
}

/** Whether mail can be sent to this text: one `@`, and no character that ends an address in SMTP or in a header. */
export function isMailAddress(text: string): boolean {
  return text.length <= 320 && /^[^\s\p{C}@<>()[\],;:"\\]+@[^\s\p{C}@<>()[\],;:"\\]+$/u.test(text);
}

function implicitTls(options: URLSearchParams, name: string): 'implicit' {
  if (options.size === 0) return 'implicit';
  throw new SettingError(`${name} has options, which a smtps: URL cannot have: remove them`);
}

/** A password or a link must not cross a network in clear: beside loopback, that needs to be asked for. */
function startTls(options: URLSearchParams, host: string, name: string): 'required' | 'optional' {
  const [[option, value] = [], ...more] = [...options];
  if (option === undefined) return isLoopbackHost(host) ? 'optional' : 'required';
  if (option === 'starttls' && more.length === 0 && (value === 'required' || value === 'optional'))
    return value;
  throw new SettingError(`${name} has an unknown option: use starttls=required or starttls=optional`);
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SettingError(
      `${name} has a "%" that begins no percent-encoding: write "%" of a user or password as %25`,
    );
  }
}
