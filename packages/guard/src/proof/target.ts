import type { CarrierRequest } from '../request/credentials.js';
import { normalizeEncoding } from '../token/audience.js';

/** The request that a DPoP proof must be for. */
export interface ProofTarget {
  readonly method: string;
  /** The normalized URL, without query and fragment; several if the service has several origins. */
  readonly uris: readonly string[];
  /** The access token, whose hash is `ath`; absent at the endpoints of an issuer. */
  readonly token?: string;
}

/**
 * The target of a request, with the URLs by which clients reach it; `undefined` if the call has no URL, such as a message.
 *
 * @param origins the origins of the service
 */
export function targetOf(request: CarrierRequest, origins: readonly string[]): ProofTarget | undefined {
  const { method } = request;
  const path = request.originalUrl ?? request.url;
  if (method === undefined || path === undefined) return undefined;
  const uris = origins
    .map((origin) => normalized(`${origin}${path.startsWith('/') ? path : '/'}`))
    .filter((uri) => uri !== undefined);
  return { method, uris };
}

/**
 * A URL in the form for comparison (RFC 9449 §4.3): without query and fragment, after the syntax-based and scheme-based
 * normalization of RFC 3986 §6.2.2 and §6.2.3. `undefined` if it is not an http or https URL.
 */
export function normalized(uri: string): string | undefined {
  // Stricter than the URL parser, which corrects white space and backslashes.
  if (!/^https?:\/\/[^/?#\\\s][^\\\s]*$/i.test(uri) || !URL.canParse(uri)) return undefined;
  const { protocol, host, pathname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return undefined;
  return `${protocol}//${host}${normalizeEncoding(pathname)}`;
}
