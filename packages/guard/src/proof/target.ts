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
 * The target of a request, with the URL that the client used; `undefined` if the call has no URL, such as a message.
 *
 * @param origins the origins of the service; taken from the request if `undefined`
 */
export function targetOf(
  request: CarrierRequest,
  origins: readonly string[] | undefined,
): ProofTarget | undefined {
  const { method } = request;
  const path = request.originalUrl ?? request.url;
  if (method === undefined || path === undefined) return undefined;
  const uris = (origins ?? [originOf(request)])
    .map((origin) => origin && normalized(`${origin}${path.startsWith('/') ? path : '/'}`))
    .filter((uri) => uri !== undefined);
  return uris.length === 0 ? undefined : { method, uris };
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

// The `protocol` and `host` of Express and Fastify follow their setting for proxies. In Express 4, `host` has no port and its use
// causes a warning, so it is read only if a proxy may have changed the host.
function originOf(request: CarrierRequest): string | undefined {
  const { protocol, headers, raw, socket } = request;
  const sent = headers['x-forwarded-host'] === undefined ? headers['host'] : undefined;
  const name = sent ?? (request.host || headers['host']);
  if (typeof name !== 'string') return undefined;
  const encrypted = (raw?.socket ?? socket)?.encrypted === true;
  return `${protocol ?? (encrypted ? 'https' : 'http')}://${name}`;
}
