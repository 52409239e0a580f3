import { check, isSecureUrl, isText } from './checks.js';

/** The metadata of a protected resource (RFC 9728 §2) that the guard does not know itself. */
export interface ResourceMetadataOptions {
  /** The resource's identifier: an https URL. Default: the first audience. */
  resource?: string;
  /** Its name, for people. */
  name?: string;
  /** The URL of its documentation. */
  documentation?: string;
  /** The scopes that a client can request. */
  scopes?: readonly string[];
  /** Identifiers of the issuers whose tokens are accepted. Default: those of `forRoot`. */
  authorizationServers?: readonly string[];
}

/** The resource's metadata document and its URL. */
export interface ResourceMetadata {
  /** The URL of the document, for challenges. */
  readonly url: string;
  /** The path of the document. */
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The metadata that the guard knows itself. */
export interface KnownResource {
  readonly audience: string | undefined;
  readonly issuers: readonly string[];
  /** Further members of the document. */
  readonly members: Readonly<Record<string, unknown>>;
}

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

/**
 * Describes a protected resource.
 *
 * @param known the defaults for the identifier and the issuers, and further members of the document
 * @throws {TypeError} if the identifier is not an https URL
 */
export function describeResource(
  options: ResourceMetadataOptions,
  { audience, issuers, members }: KnownResource,
): ResourceMetadata {
  const resource = options.resource ?? audience;
  check(
    isText(resource) && isSecureUrl(resource) && !resource.includes('#'),
    'resourceMetadata.resource',
    'must be an https URL without a fragment; if it is omitted, the audience must be such a URL',
  );
  for (const name of ['scopes', 'authorizationServers'] as const) {
    const list: unknown = options[name];
    const isList = list === undefined || (Array.isArray(list) && list.every(isText));
    check(isList, `resourceMetadata.${name}`, 'must be a list of texts');
  }
  // RFC 9728 §3.1: the well-known path is inserted between the host and the path and query of the identifier.
  const { origin, pathname, search } = new URL(resource);
  const path = `${METADATA_PATH}${pathname === '/' ? '' : pathname}`;
  return {
    url: `${origin}${path}${search}`,
    path,
    document: {
      resource,
      authorization_servers: options.authorizationServers ?? issuers,
      bearer_methods_supported: ['header'],
      scopes_supported: options.scopes,
      resource_name: options.name,
      resource_documentation: options.documentation,
      ...members,
    },
  };
}
