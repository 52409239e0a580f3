import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { defaultResponseTypes } from '../protocol/response-type.js';

/** The fields that are not undefined. */
export function defined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}

/**
 * The changes to an existing client. New grant types without response types get the default response types for them, as at
 * registration (RFC 7591 §2.1).
 */
export function clientChanges(given: Partial<ClientMetadata>): Partial<ClientMetadata> {
  const changes = defined(given);
  const { grant_types, response_types } = changes;
  if (!grant_types || response_types) return changes;
  return { ...changes, response_types: defaultResponseTypes(grant_types) };
}
