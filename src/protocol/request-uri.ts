/** RFC 9101 §5.2: "The entire Request URI SHOULD NOT exceed 512 ASCII characters". */
const printable = /^[\x21-\x7e]{1,512}$/;

/** The base64url SHA-256 hash of a document, as OIDC Core §6.2 puts it into the fragment of its request_uri. */
const hashFragment = /#([\w-]{43})$/;

/** Media types of a request object that is fetched (RFC 9101 §9.4.1; the general one of JWTs, RFC 7519 §10.3.1). */
export const requestObjectMediaTypes: readonly (string | undefined)[] = [
  'application/oauth-authz-req+jwt',
  'application/jwt',
];

/** What is wrong with a request_uri before anything is known of its host, or undefined. */
export function requestUriProblem(uri: string): string | undefined {
  return printable.test(uri) ? undefined : 'must be at most 512 ASCII characters without spaces';
}

/**
 * Whether a request_uri is one of those registered: byte for byte; to one registered without a fragment the hash of the document may
 * be added, since it only names a version of the document (OIDC Core §6.2).
 */
export function matchesRequestUri(registered: readonly string[], uri: string): boolean {
  return registered.includes(uri) || (hashFragment.test(uri) && registered.includes(uri.slice(0, -44)));
}

/** The hash that the document behind a request_uri must have, when its fragment names one. */
export function documentHash(uri: string): string | undefined {
  return hashFragment.exec(uri)?.[1];
}
