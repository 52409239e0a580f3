import type { DefaultSource } from './member.js';
import { clientMemberEntries, type ClientMetadata } from './members.js';

/**
 * Fills in what a registration omits (RFC 7591 §2). A default that follows from other members is computed from what these have then:
 * their entries stand above its own.
 */
export function withDefaults(given: Partial<ClientMetadata>): ClientMetadata {
  const metadata: Record<string, unknown> = { ...given };
  for (const [name, { default: value }] of clientMemberEntries) {
    if (value === undefined || value === null) continue;
    metadata[name] ??=
      typeof value === 'function' ? value(metadata as unknown as DefaultSource) : structuredClone(value);
  }
  return metadata as ClientMetadata;
}
