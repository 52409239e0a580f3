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
