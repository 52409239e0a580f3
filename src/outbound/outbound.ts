import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type Attributes, inSpan, type Span } from '../tracing/spans.js';
import { isAllowedHost, outboundProblem, publicLookup } from './outbound-rules.js';

/** A response, with any status but a redirect. */
export interface OutboundResponse {
  readonly status: number;
  readonly body: string;
  /** The media type in lower case, without parameters; undefined if the response has none. */
  readonly mediaType: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A request to a URL that a client named. */
export interface OutboundRequest {
  /** A form to post; without it and without `json` it is a GET. */
  readonly form?: URLSearchParams;
  /** A value to post as JSON. */
  readonly json?: object;
  readonly accept?: string;
  /** The `Authorization` header. Such a request follows no redirect. */
  readonly authorization?: string;
  /** Lower limits than those that hold for all requests. */
  readonly maxRedirects?: number;
  readonly maxBodyBytes?: number;
}

/** A fetch that was refused or failed. The message is for the log and the administrator: it may describe the internal network. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}

/** A larger body is an error. */
const maxBodyBytes = 64 * 1_024;
/** For the whole exchange, redirects included. */
const timeoutMilliseconds = 5_000;
const maxRedirects = 2;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches URLs that clients name: over https and from public addresses only, except for the hosts in `EYRIE_OUTBOUND_ALLOW`. Each
 * redirect is checked again. Size, time and the number of redirects are limited. All such requests must go through this class.
 */
@Injectable()
export class Outbound {
  private readonly allowed: readonly string[];
  private readonly lookup = publicLookup();

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.allowed = settings.outboundAllow;
  }

  /** Why a URL would be refused, worded for whoever registers it; undefined if it would not. */
  problem(url: string): string | undefined {
    return outboundProblem(url, this.allowed);
  }

  /**
   * How a connection to a host that is named here may find its address: undefined if the operator allows the host at any address.
   * @throws OutboundError if the host is a private address that is not allowed
   */
  lookupFor(host: string, port: number): LookupFunction | undefined {
    const url = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
    const problem = this.problem(url.href);
    if (problem !== undefined) throw new OutboundError(`${url.host} ${problem}`);
    return isAllowedHost(url, this.allowed) ? undefined : this.lookup;
  }

  /** @throws OutboundError if the URL is refused, the exchange fails, or a limit is exceeded */
  async fetch(address: string, request: OutboundRequest = {}): Promise<OutboundResponse> {
    const method = methodOf(request);
    return inSpan(
      () => ({
        name: method,
        kind: 'client',
        attributes: { 'http.request.method': method, ...placeOf(address) },
      }),
      async (span) => {
        const response = await this.follow(address, request, span);
        span?.set({ 'http.response.status_code': response.status });
        if (response.status >= 400) span?.fail(String(response.status));
        return response;
      },
    );
  }

  private async follow(address: string, request: OutboundRequest, span?: Span): Promise<OutboundResponse> {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    let next = address;
    for (let hops = 0; ; hops++) {
      const problem = this.problem(next);
      if (problem !== undefined) throw new OutboundError(`${shown(next)} ${problem}`);
      const url = new URL(next);
      try {
        const response = await this.exchange(url, request, signal, span);
        const isFollowed = !request.form && !request.json && !request.authorization;
        const location = isFollowed ? redirection(response) : undefined;
        if (location === undefined)
          return {
            status: response.statusCode ?? 0,
            body: await bodyOf(response, signal, request.maxBodyBytes ?? maxBodyBytes),
            mediaType: response.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase(),
            headers: response.headers,
          };
        response.destroy();
        if (hops === (request.maxRedirects ?? maxRedirects)) throw new OutboundError('redirected too often');
        next = new URL(location, url).href;
      } catch (error) {
        throw new OutboundError(`${shown(url.href)}: ${reason(error, signal)}`);
      }
    }
  }

  /**
   * Fetches a JSON document.
   * @throws OutboundError also if the status is not 200 or the body is not JSON
   */
  async fetchJson(address: string): Promise<unknown> {
    const { status, body } = await this.fetch(address, { accept: 'application/json' });
    if (status !== 200) throw new OutboundError(`${shown(address)} answered ${status}`);
    try {
      return JSON.parse(body) as unknown;
    } catch {
      throw new OutboundError(`${shown(address)} did not answer with JSON`);
    }
  }

  private exchange(
    url: URL,
    { form, json, accept, authorization }: OutboundRequest,
    signal: AbortSignal,
    span: Span | undefined,
  ): Promise<IncomingMessage> {
    const body = json === undefined ? form?.toString() : JSON.stringify(json);
    const isOfOperator = isAllowedHost(url, this.allowed);
    const options = {
      method: methodOf({ form, json }),
      agent: false as const,
      signal,
      maxHeaderSize: 16_384,
      headers: {
        accept: accept ?? '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'Eyrie',
        ...(authorization === undefined ? {} : { authorization }),
        // Others learn nothing of our traces.
        ...(span && isOfOperator && { traceparent: span.traceparent }),
        ...(body === undefined
          ? {}
          : {
              'content-type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
      },
      ...(isOfOperator ? {} : { lookup: this.lookup }),
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? requestSecure : requestPlain;
      send(url, options).once('response', resolve).once('error', reject).end(body);
    });
  }
}

const methodOf = ({ form, json }: Pick<OutboundRequest, 'form' | 'json'>): 'GET' | 'POST' =>
  form || json !== undefined ? 'POST' : 'GET';

/** Where a URL leads to, for a span. Its path and query may hold secrets. */
function placeOf(address: string): Attributes {
  if (!URL.canParse(address)) return {};
  const { protocol, hostname, port } = new URL(address);
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
  };
}

function redirection({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return redirects.has(statusCode) ? headers.location : undefined;
}

async function bodyOf(response: IncomingMessage, signal: AbortSignal, maxBytes: number): Promise<string> {
  if (response.headers['content-encoding'] !== undefined) {
    response.destroy();
    throw new OutboundError('the answer is compressed');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  // In some versions of Node the request's signal stops counting once the headers are there.
  const abort = (): void => void response.destroy(new OutboundError('took too long'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop destroys the response and its connection.
      if (length > maxBytes) throw new OutboundError(`the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reason(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'took too long';
  // If several addresses were tried, the error has a code but no message.
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || 'failed';
}

/** A URL for a message: without its query, which may hold secrets. */
const shown = (address: string): string => address.split(/[?#]/, 1)[0]?.slice(0, 500) ?? '';
