import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { applicationTypeOf } from '../protocol/redirect-uri.js';
import { defaultResponseTypes } from '../protocol/response-type.js';

/** The fields that are not undefined. */
export function defined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}

/**
 * The changes to an existing client. What follows from other members at a registration, and is not named, follows from them here too:
 * new grant types get the default response types for them (RFC 7591 §2.1), and a private-use scheme makes a client a native one.
 */
export function clientChanges(given: Partial<ClientMetadata>): Partial<ClientMetadata> {
  const changes = defined(given);
  const { grant_types, redirect_uris = [], post_logout_redirect_uris = [] } = changes;
  if (grant_types) changes.response_types ??= defaultResponseTypes(grant_types);
  if (applicationTypeOf([...redirect_uris, ...post_logout_redirect_uris]) === 'native')
    changes.application_type ??= 'native';
  return changes;
}
