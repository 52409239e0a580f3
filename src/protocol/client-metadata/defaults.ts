import type { Profile } from '../profile.js';
import { clientMemberEntries, type ClientMetadata } from './members.js';
import { profileDefaults } from './profile-demands.js';

/**
 * Fills in what a registration omits (RFC 7591 §2). A default that follows from other members is computed from what these have then:
 * their entries stand above its own. What its profile demands stands in place of a default.
 * @param ofAll the profile that all clients have, where it counts
 */
export function withDefaults(given: Partial<ClientMetadata>, ofAll: Profile | 'off' = 'off'): ClientMetadata {
  const metadata: Record<string, unknown> = { ...given };
  const strict = profileDefaults(given, ofAll);
  for (const [name, { default: usual }] of clientMemberEntries) {
    const value = strict[name] ?? usual;
    if (value === undefined || value === null) continue;
    metadata[name] ??= typeof value === 'function' ? value(metadata) : structuredClone(value);
  }
  return metadata as ClientMetadata;
}
