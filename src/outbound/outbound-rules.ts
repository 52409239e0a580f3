import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** Resolves names as `dns.lookup` does with `all`. */
export type ResolveAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Whether the operator allows this host (or host and port) over http and at any address. */
export function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  return allowed.includes(url.hostname) || allowed.includes(url.host);
}

/**
 * Why a URL must not be fetched, as far as the URL itself shows; undefined if it may be. The URL parser has already turned every
 * form of an IPv4 address (decimal, octal, hexadecimal, short) into the dotted one (URL Standard §3.5).
 * @param allowed hosts, or hosts with port, that may be fetched over http and at non-public addresses
 */
export function outboundProblem(address: string, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(address)) return 'must be an absolute URL';
  const url = new URL(address);
  const isAllowed = isAllowedHost(url, allowed);
  if (url.protocol !== 'https:' && !(isAllowed && url.protocol === 'http:')) return 'must use https';
  if (url.username !== '' || url.password !== '') return 'must not hold user information';
  if (isAllowed) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isLocal = isIP(host) !== 0 ? !isPublicAddress(host) : /(?:^|\.)localhost\.?$/.test(host);
  return isLocal ? 'must not lead to a private, loopback or link-local address' : undefined;
}

/**
 * A `lookup` for sockets that returns public addresses only. The socket connects to the address that was checked: the name is
 * not resolved a second time.
 */
export function publicLookup(resolve: ResolveAll = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first, ...others] = error ? [] : addresses.filter(({ address }) => isPublicAddress(address));
      if (error) callback(error, []);
      else if (!first) callback(new Error(`${hostname} has no public address`), []);
      else if (options.all) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };
}
