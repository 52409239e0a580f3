import type { X509Certificate } from 'node:crypto';
import type { Finding } from '../token/finding.js';
import { RecentResults } from '../token/recent-results.js';
import type { Scheme } from './challenge.js';
import { malformedPart } from './malformed-header.js';

/** The parts of a request, on Express and on Fastify, that the guard reads. */
export interface CarrierRequest {
  readonly method?: string;
  readonly url?: string;
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  /** Node's list of header names and values, as received. `headers` omits a second Authorization header. */
  readonly rawHeaders?: readonly string[];
  /** Node's request, on Fastify. */
  readonly raw?: { readonly rawHeaders?: readonly string[]; readonly socket?: CarrierSocket };
  readonly socket?: CarrierSocket;
  /** `http` or `https`. If there is a trusted proxy, as the proxy says. */
  readonly protocol?: string;
  /** Host and port. If there is a trusted proxy, as the proxy says. */
  readonly host?: string;
}

/** The connection of a request, with or without TLS. */
export interface CarrierSocket {
  readonly encrypted?: boolean;
  readonly remoteAddress?: string;
  getPeerX509Certificate?(): X509Certificate | undefined;
}

/** Finds the tokens of a request in a place that RFC 6750 does not know. More than one is an error of the request. */
export type TokensElsewhere = (request: CarrierRequest) => readonly string[];

/** A token and its scheme. */
export interface Presented {
  readonly scheme: Scheme;
  readonly token: string;
}

/** The credentials of a request: one token, none, or malformed ones (RFC 6750 §2). */
export type Credentials =
  | ({ readonly kind: 'token' } & Presented)
  | { readonly kind: 'none' }
  | {
      readonly kind: 'malformed';
      readonly description: string;
      /** Which part is malformed, for the log, if the description does not say it. */
      readonly finding?: Finding;
    };

const NONE: Credentials = { kind: 'none' };
const NOWHERE: readonly string[] = [];
const MAX_TOKEN_LENGTH = 16_384;

/** Most requests have a header that came before. */
const recentHeaders = new RecentResults<Credentials>(1000);

// RFC 6750 §2.1, RFC 9449 §7.1: credentials = "Bearer" 1*SP b64token, and "DPoP" likewise. Scheme names are
// case-insensitive (RFC 9110 §11.1). They are spelt out because the flag `i` would make the search through the whole token slower.
const CREDENTIALS = /^([Bb][Ee][Aa][Rr][Ee][Rr]|[Dd][Pp][Oo][Pp]) +([A-Za-z0-9\-._~+/]+=*)$/;
const OTHER_SCHEME = /^(?!(?:bearer|dpop) )[!#$%&'*+\-.^_`|~0-9a-z]+ +[!-~]/i;

/**
 * Finds the access token of a request (RFC 6750 §2, RFC 9449 §7.1): in the Authorization header, if `formAllowed` in a form body, or
 * elsewhere as the service says. A token in the query is refused, since URLs are stored in logs and histories (RFC 9700 §4.3.2).
 */
export function readCredentials(
  request: CarrierRequest,
  formAllowed: boolean,
  elsewhere?: TokensElsewhere,
): Credentials {
  if (inQuery(request.originalUrl ?? request.url ?? '')) {
    return malformed('The access token must not be sent in the query');
  }
  const header = request.headers.authorization;
  if (Array.isArray(header) || authorizationCount(request) > 1) {
    return malformed('The request has more than one Authorization header');
  }
  const inForm = formToken(request);
  const others = elsewhere?.(request) ?? NOWHERE;
  const inHeader = header === undefined ? NONE : ofHeader(header);
  if (inHeader.kind === 'malformed') return inHeader;
  // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
  const ways = Number(inHeader.kind === 'token') + Number(inForm !== undefined) + others.length;
  if (ways > 1) return malformed('The access token is sent in more than one way');
  if (inHeader.kind === 'token') return inHeader;
  if (inForm !== undefined && !formAllowed) {
    return malformed('The access token must be sent in the Authorization header');
  }
  if (inForm !== undefined) return bare(inForm, 'in the form');
  return others[0] === undefined ? NONE : bare(others[0], 'in the cookie or in its own place');
}

/** The credentials in an Authorization header; none if they are for another scheme. */
function ofHeader(header: string): Credentials {
  const known = recentHeaders.get(header);
  if (known !== undefined) return known;
  const [, scheme, token] = CREDENTIALS.exec(header) ?? NOWHERE;
  if (scheme !== undefined && token !== undefined) {
    const credentials = checked(token, scheme.length === 4 ? 'DPoP' : 'Bearer');
    recentHeaders.set(header, credentials);
    return credentials;
  }
  return OTHER_SCHEME.test(header)
    ? NONE
    : malformed('The Authorization header is malformed', malformedPart(header));
}

/** @param value a token without a scheme */
function bare(value: unknown, place: string): Credentials {
  if (typeof value !== 'string' || !CREDENTIALS.test(`bearer ${value}`)) {
    return malformed(`The access token ${place} is malformed`);
  }
  return checked(value, 'Bearer');
}

function checked(token: string, scheme: Scheme): Credentials {
  return token.length > MAX_TOKEN_LENGTH
    ? malformed('The access token is too long')
    : { kind: 'token', scheme, token };
}

function malformed(description: string, finding?: Finding): Credentials {
  return { kind: 'malformed', description, ...(finding && { finding }) };
}

function inQuery(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0) return false;
  const query = url.slice(start + 1);
  // If a letter of the name is escaped, the plain search does not find it.
  if (!query.includes('access_token') && !query.includes('%')) return false;
  return new URLSearchParams(query).has('access_token');
}

// RFC 6750 §2.2: only in a form, and not with GET.
function formToken({ method, headers, body }: CarrierRequest): unknown {
  if (method === 'GET' || method === 'HEAD' || typeof body !== 'object' || body === null) return undefined;
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined;
  return (body as Record<string, unknown>)['access_token'];
}

function authorizationCount({ rawHeaders, raw }: CarrierRequest): number {
  const lines = raw?.rawHeaders ?? rawHeaders ?? [];
  let count = 0;
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}
