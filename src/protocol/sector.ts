/** The subject identifier types (OIDC Core §8). */
export const subjectTypes = ['public', 'pairwise'] as const;

/** The metadata that determines the sector. */
export interface SectorSource {
  readonly sector_identifier_uri?: string | null;
  readonly redirect_uris: readonly string[];
}

/**
 * The sector within which a user has the same pairwise subject: the host of the sector identifier URI or, without one, of the
 * redirection URIs (OIDC Core §8.1). Undefined if they have several hosts, or none.
 */
export function sectorOf({ sector_identifier_uri, redirect_uris }: SectorSource): string | undefined {
  const uris = sector_identifier_uri ? [sector_identifier_uri] : redirect_uris;
  const hosts = new Set(uris.map((uri) => (URL.canParse(uri) ? new URL(uri).hostname : '')));
  const [host] = hosts;
  return hosts.size === 1 && host !== '' ? host : undefined;
}

/** The metadata that shows where a client learns subjects. */
export interface SubjectRecipient {
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly backchannel_logout_uri?: string | null;
}

/** The grants whose code or tokens go to a redirection URI first, and the one without a resource owner. */
const redirectedGrantTypes: ReadonlySet<string> = new Set([
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
]);

/**
 * Whether a client learns subjects only at the hosts of its redirection URIs, so that a client which merely claims the URIs of another
 * party learns none of that party's subjects. A grant without redirection, such as that of a device, proves nothing; nor does a
 * redirection URI that leads to an application on the user's device.
 */
export function learnsSubjectsByRedirection(client: SubjectRecipient): boolean {
  const { redirect_uris, grant_types, backchannel_logout_uri: logoutUri } = client;
  const hosts = redirect_uris.map(httpsHost);
  return (
    hosts.length > 0 &&
    !hosts.includes(undefined) &&
    grant_types.every((grantType) => redirectedGrantTypes.has(grantType)) &&
    (!logoutUri || hosts.includes(httpsHost(logoutUri)))
  );
}

function httpsHost(uri: string): string | undefined {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return url?.protocol === 'https:' ? url.hostname : undefined;
}

/**
 * The violation in the document behind a sector identifier URI: "The values of the registered redirect_uris MUST be included in
 * the elements of the array" (OIDC Registration §5). Undefined if there is none.
 */
export function sectorDocumentProblem(
  document: unknown,
  redirectUris: readonly string[],
): string | undefined {
  if (!Array.isArray(document)) return 'must lead to a JSON array of redirection URIs';
  const missing = redirectUris.find((uri) => !document.includes(uri));
  return missing === undefined ? undefined : `leads to a list without ${missing}`;
}
