import type { CarrierRequest } from '../request/credentials.js';

/** What a DPoP proof must be for: the method and the address of the request. */
export interface ProofTarget {
  readonly method: string;
  /** Without query and fragment, in normal form; several where the service has several addresses. */
  readonly uris: readonly string[];
  /** The access token that comes with it, whose hash is its `ath`; none at the endpoints of an issuer. */
  readonly token?: string;
}

/**
 * The target of a request, its address as clients know it; `undefined` where a call has none, as a message.
 *
 * @param origins the service's own, where requests do not tell it
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
 * An address for comparison (RFC 9449 §4.3): without query and fragment, after the syntax-based and scheme-based
 * normalization of RFC 3986 §6.2.2 and §6.2.3. `undefined` when it is none.
 */
export function normalized(uri: string): string | undefined {
  // Stricter than the URL parser, which takes white space and backslashes for what they might have meant.
  if (!/^https?:\/\/[^/?#\\\s][^\\\s]*$/i.test(uri) || !URL.canParse(uri)) return undefined;
  const { protocol, host, pathname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return undefined;
  return `${protocol}//${host}${pathname.replace(/%[0-9a-f]{2}/gi, simplest)}`;
}

// RFC 3986 §6.2.2.2: what need not be encoded is not; the rest has capitals.
function simplest(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase();
}

// Express and Fastify follow their own setting for proxies in `protocol` and `host`. Express 4 leaves the port out of
// `host`, and warns of its use: it is asked only where a proxy may have told another than the client sent.
function originOf(request: CarrierRequest): string | undefined {
  const { protocol, headers, raw, socket } = request;
  const sent = headers['x-forwarded-host'] === undefined ? headers['host'] : undefined;
  const name = sent ?? (request.host || headers['host']);
  if (typeof name !== 'string') return undefined;
  const encrypted = (raw?.socket ?? socket)?.encrypted === true;
  return `${protocol ?? (encrypted ? 'https' : 'http')}://${name}`;
}
