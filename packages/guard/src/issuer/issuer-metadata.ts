import { isSecureUrl } from '../settings/checks.js';
import { askIssuer } from '../fetch/issuer-client.js';

/** The members of an issuer's metadata that the guard uses (RFC 8414 §2). */
export interface IssuerMetadata {
  readonly jwksUri: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  /** A member of Eyrie, which no specification defines. */
  readonly revocationFeedEndpoint: string | undefined;
}

/**
 * Fetches an issuer's metadata: from the URL of OpenID Connect Discovery or, if that fails, from the URL of RFC 8414.
 *
 * @throws {Error} with the reason for each URL
 */
export async function discover(issuer: string, request: typeof fetch): Promise<IssuerMetadata> {
  const failures: string[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, body } = await askIssuer(request, url);
      if (status !== 200 || body === undefined)
        throw new Error(`status ${status}, ${body ? '' : 'no '}JSON object`);
      return readMetadata(issuer, body);
    } catch (error) {
      failures.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(failures.join('; '));
}

// OpenID Connect Discovery §4 appends the well-known path to the issuer. RFC 8414 §3 inserts it between host and path.
function metadataUrls(issuer: string): [string, string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function readMetadata(issuer: string, metadata: Readonly<Record<string, unknown>>): IssuerMetadata {
  // RFC 8414 §3.3: "The "issuer" value returned MUST be identical to the authorization server's issuer identifier"
  if (metadata['issuer'] !== issuer) {
    throw new Error(
      `the issuer is ${JSON.stringify(metadata['issuer'])} instead of ${JSON.stringify(issuer)}`,
    );
  }
  return {
    jwksUri: endpoint(metadata, 'jwks_uri'),
    introspectionEndpoint: endpoint(metadata, 'introspection_endpoint'),
    // Earlier releases of Eyrie named it without their prefix.
    revocationFeedEndpoint:
      endpoint(metadata, 'eyrie_revocation_feed_endpoint') ?? endpoint(metadata, 'revocation_feed_endpoint'),
  };
}

function endpoint(metadata: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = metadata[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !isSecureUrl(value)) throw new Error(`${name} is not an https URL`);
  return value;
}
