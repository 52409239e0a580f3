/** Longer ones are refused: "A short URL is RECOMMENDED". Tables hold client_ids of this length. */
const maxLength = 255;
/** The path of a URL as it is written, with its leading slash; undefined if there is none. */
const writtenPath = /^[a-z]+:\/\/[^/?#]*(\/[^?#]*)/;

/**
 * Whether a client_id looks like a Client Identifier URL, so that a document may describe its client. Longer ones are not parsed: with
 * letters beyond ASCII that takes a time that grows with the square of the length.
 */
export const isClientIdUrl = (clientId: string): boolean =>
  clientId.length <= maxLength && /^https?:\/\//.test(clientId);

/**
 * Why a client_id is no Client Identifier URL (draft-ietf-oauth-client-id-metadata-document-03 §3); undefined if it is one. URLs are
 * compared as they are written, so what the URL parser would change is refused: one client has one spelling.
 */
export function clientIdUrlProblem(clientId: string): string | undefined {
  if (clientId.length > maxLength) return `is longer than ${maxLength} characters`;
  if (!/^[\x21-\x7e]+$/.test(clientId) || !URL.canParse(clientId)) return 'is not a URL';
  if (clientId.includes('#')) return 'has a fragment';
  const url = new URL(clientId);
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?]*@/.test(clientId))
    return 'has user information';
  const path = writtenPath.exec(clientId)?.[1];
  if (path === undefined || path === '/') return 'has no path';
  if (/\/\.{1,2}(?:\/|$)/.test(path.replace(/%2e/gi, '.'))) return 'has dot segments';
  // An explicit default port is another URL, but leads to the same place (§3).
  const isAsWritten = url.href === clientId || url.href === clientId.replace(/:443(?=\/)/, '');
  return isAsWritten ? undefined : `is not written as ${url.href}`;
}
