import { isLoopbackHost } from '../../../config/loopback.js';

/** A server of a directory. */
export interface DirectoryServer {
  readonly host: string;
  readonly port: number;
  /** From the first byte on (ldaps), after StartTLS (RFC 4511 §4.14), or not at all. */
  readonly encryption: 'tls' | 'start-tls' | 'none';
}

/**
 * Reads the URL of a server, such as ldaps://dc1.acme.example or ldap://localhost:1389. `ldap:` upgrades by StartTLS; it stays in clear
 * text where `allowsPlaintext`, and on loopback if StartTLS is not asked for.
 * @returns the server, or what is wrong with it
 */
export function directoryServer(
  address: string,
  { allowsPlaintext, startsTls }: { readonly allowsPlaintext: boolean; readonly startsTls: boolean },
): DirectoryServer | string {
  const match = /^(ldaps?):\/\/(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::(\d{1,5}))?\/?$/i.exec(address);
  if (!match) return 'must be ldaps://host or ldap://host, with a port if it is not the usual one';
  const [, scheme = '', named = '', typedPort] = match;
  const isSecure = scheme.toLowerCase() === 'ldaps';
  const port = Number(typedPort ?? (isSecure ? 636 : 389));
  if (port < 1 || port > 65_535) return 'has no such port';
  const host = named.replace(/^\[(.*)\]$/, '$1');
  if (isSecure) return { host, port, encryption: 'tls' };
  if (startsTls) return { host, port, encryption: 'start-tls' };
  if (allowsPlaintext || isLoopbackHost(named)) return { host, port, encryption: 'none' };
  return 'would send passwords in clear text: use ldaps, set start_tls, or set allow_plaintext';
}
