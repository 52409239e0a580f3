import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { defaultResponseTypes } from '../protocol/response-type.js';

/** The fields that are named at all. */
export function defined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}

/**
 * What the given fields change of a client that exists. Grant types bring the response types that fit them, as they do at a
 * registration (RFC 7591 §2.1), unless those are given too.
 */
export function clientChanges(given: Partial<ClientMetadata>): Partial<ClientMetadata> {
  const changes = defined(given);
  const { grant_types, response_types } = changes;
  if (!grant_types || response_types) return changes;
  return { ...changes, response_types: defaultResponseTypes(grant_types) };
}
