/** How a client knows the resource owners (OIDC Core §8). */
export const subjectTypes = ['public', 'pairwise'] as const;

/** What the sector follows from. */
export interface SectorSource {
  readonly sector_identifier_uri?: string | null;
  readonly redirect_uris: readonly string[];
}

/**
 * The sector in which pairwise subjects are the same: the host of the sector identifier URI or, without one, of the redirection
 * URIs (OIDC Core §8.1). Undefined when these are of several hosts, or of none.
 */
export function sectorOf({ sector_identifier_uri, redirect_uris }: SectorSource): string | undefined {
  const uris = sector_identifier_uri ? [sector_identifier_uri] : redirect_uris;
  const hosts = new Set(uris.map((uri) => (URL.canParse(uri) ? new URL(uri).hostname : '')));
  const [host] = hosts;
  return hosts.size === 1 && host !== '' ? host : undefined;
}

/**
 * What is wrong with the document behind a sector identifier URI: "The values of the registered redirect_uris MUST be included in
 * the elements of the array" (OIDC Registration §5). Undefined when nothing is.
 */
export function sectorDocumentProblem(
  document: unknown,
  redirectUris: readonly string[],
): string | undefined {
  if (!Array.isArray(document)) return 'must lead to a JSON array of redirection URIs';
  const missing = redirectUris.find((uri) => !document.includes(uri));
  return missing === undefined ? undefined : `leads to a list without ${missing}`;
}
