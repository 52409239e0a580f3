import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** A network that an address is in. */
export interface Network {
  readonly name: string;
  /** How many times the limit of one subscriber it may use. */
  readonly share: number;
}

/**
 * The networks by which IPv6 requests are counted, by the 16-bit groups of their prefix. One subscriber has a /64 at least, and may
 * have a /56 or a /48 (RFC 6177 §2); the wider ones may hold many subscribers too.
 */
const ipv6Prefixes = [
  { bits: 64, share: 1 },
  { bits: 56, share: 4 },
  { bits: 48, share: 16 },
] as const;

/** The address of a request. If a proxy forwards what is no address, it is that of the proxy. */
export function addressOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const address = plainAddress(ip);
  return isIP(address) === 0 ? plainAddress(socket.remoteAddress ?? '') : address;
}

/**
 * An address without what some proxies add: the port (`203.0.113.9:50000`), and the brackets of IPv6 (`[2001:db8::1]:50000`). An
 * IPv4-mapped IPv6 address is IPv4; a zone is left out. Other text stays as it is.
 */
export function plainAddress(forwarded: string): string {
  const text = forwarded.trim();
  const bracketed = /^\[([^[\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  const withPort = /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1];
  const address = (bracketed ?? withPort ?? text).split('%', 1)[0] ?? '';
  if (isIP(address) !== 6) return address;
  const groups = ipv6Groups(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.') : address;
}

/** The networks by which requests from an address are counted, the smallest first. IPv4 addresses are counted one by one. */
export function networksOf(forwarded: string): Network[] {
  const address = plainAddress(forwarded);
  if (isIP(address) !== 6) return [{ name: address, share: 1 }];
  const groups = ipv6Groups(address);
  return ipv6Prefixes.map(({ bits, share }) => ({ name: `${prefixOf(groups, bits)}/${bits}`, share }));
}

function prefixOf(groups: readonly number[], bits: number): string {
  return groups
    .slice(0, Math.ceil(bits / 16))
    .map((group, index) => (group & (0xffff << Math.max(0, (index + 1) * 16 - bits))).toString(16))
    .join(':');
}

/** The eight 16-bit groups of an IPv6 address (RFC 4291 §2.2). */
function ipv6Groups(address: string): number[] {
  const [left = [], right] = address
    .split('::')
    .map((half) => half.split(':').filter(Boolean).flatMap(groupsOf));
  if (right === undefined) return left;
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** A group in hexadecimal digits, or the two of an IPv4 address at the end. */
function groupsOf(text: string): number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
