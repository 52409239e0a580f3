import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Characters of the longest IPv6 address, and of the columns for addresses. */
const maxAddressLength = 45;

/** The address of a request, cut to the column's length: a proxy may forward any text. */
export const addressOf = ({ ip }: FastifyRequest): string => ip.slice(0, maxAddressLength);

/**
 * The network by which attempts are counted: the /64 of an IPv6 address, which is what one subscriber has at least (RFC 6177
 * §2). IPv4-mapped IPv6 addresses count as IPv4.
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
