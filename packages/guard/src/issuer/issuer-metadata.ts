import { askIssuer } from '../fetch/issuer-client.js';
import { reasonOf } from '../fetch/reason.js';
import { isSecureUrl } from '../settings/checks.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { metadataUrls, reachable } from './issuer-address.js';

/** The members of an issuer's metadata that the guard uses (RFC 8414 §2). */
export interface IssuerMetadata {
  readonly jwksUri: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  /** A member of Eyrie, which no specification defines. */
  readonly revocationFeedEndpoint: string | undefined;
}

type MetadataSettings = Pick<IssuerSettings, 'issuer' | 'address' | 'allowHttp' | 'fetch'>;

/**
 * Fetches an issuer's metadata: from the URL of OpenID Connect Discovery or, if that fails, from the URL of RFC 8414.
 *
 * @throws {Error} with the reason for each URL
 */
export async function discover(settings: MetadataSettings): Promise<IssuerMetadata> {
  const failures: string[] = [];
  for (const url of metadataUrls(settings)) {
    try {
      const { status, body } = await askIssuer(settings.fetch, url);
      if (status !== 200 || body === undefined)
        throw new Error(`status ${status}, ${body ? '' : 'no '}JSON object`);
      return readMetadata(body, settings);
    } catch (error) {
      failures.push(`${url}: ${reasonOf(error)}`);
    }
  }
  throw new Error(failures.join('; '));
}

function readMetadata(
  metadata: Readonly<Record<string, unknown>>,
  settings: MetadataSettings,
): IssuerMetadata {
  const { issuer } = settings;
  // RFC 8414 §3.3: "The "issuer" value returned MUST be identical to the authorization server's issuer identifier"
  if (metadata['issuer'] !== issuer) {
    throw new Error(
      `the issuer is ${JSON.stringify(metadata['issuer'])} instead of ${JSON.stringify(issuer)}`,
    );
  }
  const endpoint = (name: string): string | undefined => endpointIn(metadata, name, settings);
  return {
    jwksUri: endpoint('jwks_uri'),
    introspectionEndpoint: endpoint('introspection_endpoint'),
    // Earlier releases of Eyrie named it without their prefix.
    revocationFeedEndpoint:
      endpoint('eyrie_revocation_feed_endpoint') ?? endpoint('revocation_feed_endpoint'),
  };
}

function endpointIn(
  metadata: Readonly<Record<string, unknown>>,
  name: string,
  settings: MetadataSettings,
): string | undefined {
  const value = metadata[name];
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && URL.canParse(value) ? reachable(value, settings) : '';
  if (!isSecureUrl(url, settings.allowHttp)) throw new Error(`${name} is not an https URL`);
  return url;
}
