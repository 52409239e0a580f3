import type { ReadMetadata, SamlBinding, SamlMembers, ServiceLocations } from './saml-members.js';

/** What metadata say, as members. What an operator gives stands above it. */
export function metadataMembers(given: SamlMembers, read: ReadMetadata | null | undefined): SamlMembers {
  if (!read) return {};
  const sso = chosen(read.sso, given.sso_binding);
  const slo = chosen(read.slo, given.slo_binding);
  return {
    idp_entity_id: read.entityId,
    ...(given.sso_url === undefined && sso && { sso_url: sso.url, sso_binding: sso.binding }),
    ...(given.slo_url === undefined &&
      slo && {
        slo_url: slo.url,
        slo_binding: slo.binding,
        ...(slo.responseUrl !== undefined && { slo_response_url: slo.responseUrl }),
      }),
    certificates: read.certificates,
  };
}

/** The binding that the operator wants, or HTTP-Redirect where there is a choice. */
function chosen(
  locations: ServiceLocations,
  wanted: SamlBinding | undefined,
): { readonly url: string; readonly responseUrl?: string; readonly binding: SamlBinding } | undefined {
  const binding = wanted ?? (locations.redirect ? 'redirect' : 'post');
  const found = locations[binding];
  return found && { ...found, binding };
}
