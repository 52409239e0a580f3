import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** How names are resolved: as `dns.lookup` does it with `all`. */
export type ResolveAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Whether a host, with its port, is one that the operator allows over http and at any address. */
export function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  return allowed.includes(url.hostname) || allowed.includes(url.host);
}

/**
 * What speaks against fetching from a URL, as far as the URL itself tells; undefined when nothing does. The parser has put every
 * form of an IPv4 address (decimal, octal, hexadecimal, short) into the dotted one by then (URL Standard §3.5).
 * @param allowed hosts, or hosts with port, that may be fetched over http and at addresses that are not public
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
 * A `lookup` for sockets that gives out public addresses only. The socket connects to what this very lookup answered, so
 * there is no second answer for a name server to change its mind with.
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
