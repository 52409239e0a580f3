import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { namesUri, normalizeUri } from '../../protocol/uri.js';

/**
 * Whether one of these resources heeds a detail: the one to which its type belongs, or else one of its `locations` (RFC 9396 §2.2), or a
 * resource above it. A detail without either is heeded wherever its token is accepted.
 * @param owner the resource to which the type belongs, if it belongs to one
 */
export function isHeededAt(
  { locations }: AuthorizationDetail,
  owner: string | undefined,
  resources: readonly string[],
): boolean {
  if (owner !== undefined) return namesUri(resources, owner);
  if (!Array.isArray(locations) || locations.length === 0) return true;
  return locations.some(
    (location: unknown) =>
      typeof location === 'string' && resources.some((resource) => isAtOrBelow(location, resource)),
  );
}

function isAtOrBelow(location: string, resource: string): boolean {
  if (namesUri([resource], location)) return true;
  const above = normalizeUri(resource);
  return normalizeUri(location).startsWith(above.endsWith('/') ? above : `${above}/`);
}
