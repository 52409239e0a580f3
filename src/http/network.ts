import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Characters of the longest IPv6 address, and of the columns that hold addresses. */
const longestAddress = 45;

/** Where a request comes from, to be kept: what proxies forward may be anything. */
export const addressOf = ({ ip }: FastifyRequest): string => ip.slice(0, longestAddress);

/**
 * What counts as one address where attempts are counted: whoever has one of IPv6 has its whole /64 (RFC 6177 §2), so its first
 * four groups; of an IPv4 address mapped into IPv6 the IPv4 one.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (mapped !== address) return mapped;
  const [left = [], right = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
