import { check, isSecureUrl, isText } from './checks.js';

/** What a protected resource tells of itself (RFC 9728 §2), beside what the guard knows. */
export interface ResourceMetadataOptions {
  /** The resource's identifier: an https URL. Default: the first audience. */
  resource?: string;
  /** Its name, for people. */
  name?: string;
  /** Address of its documentation. */
  documentation?: string;
  /** Scopes that a client may ask for. */
  scopes?: readonly string[];
  /** Identifiers of the issuers whose tokens are accepted. Default: those that `forRoot` names. */
  authorizationServers?: readonly string[];
}

/** The resource's metadata document and where it stands. */
export interface ResourceMetadata {
  /** Address of the document, for challenges. */
  readonly url: string;
  /** Path of the document. */
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** What the guard knows of the resource by itself. */
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
 * @param known the resource's identifier and issuers, where the options name none, and further members of the document
 * @throws {TypeError} when the identifier is not a URL that metadata can be found by
 */
export function describeResource(
  options: ResourceMetadataOptions,
  { audience, issuers, members }: KnownResource,
): ResourceMetadata {
  const resource = options.resource ?? audience;
  check(
    isText(resource) && isSecureUrl(resource) && !resource.includes('#'),
    'resourceMetadata.resource',
    'must be an https URL without fragment, by which its metadata is found; where it is left out, the audience must be one',
  );
  // RFC 9728 §3.1: the well-known part stands between the host and the path and query of the identifier.
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
