import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** Endpoints that browser applications of other origins may call by GET and POST: never the authorization endpoint or a page. */
const open: ReadonlySet<string> = new Set([
  endpoints.pushedRequest,
  endpoints.deviceAuthorization,
  endpoints.token,
  endpoints.revoke,
  endpoints.userinfo,
  endpoints.jwks,
]);

/** Where clients look for documents of many kinds: those that do not exist are answered with a 404 that they can read. */
const wellKnown = '/.well-known/';

/** Longer lists of headers are not repeated: no header of ours grows with the request. */
const maxRepeatedCharacters = 1_024;

/** The headers of a response to other origins, and whether the request is a preflight request, which has no other response. */
export interface CrossOriginAnswer {
  readonly isPreflight: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const readable = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'www-authenticate, dpop-nonce, retry-after, eyrie-reference',
};

const readableAnswer: CrossOriginAnswer = { isPreflight: false, headers: readable };

/** Allows other origins at these endpoints, in errors too. */
export function allowCrossOrigin(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const answer = crossOriginAnswer(request.raw);
    if (answer) reply.headers(answer.headers);
    if (answer?.isPreflight) reply.status(204).send();
    else done();
  });
}

/**
 * What other origins are told at an endpoint that is open to them; undefined elsewhere. The endpoints read no cookies, so every origin
 * and every header is allowed. The headers are there whoever asks, so that caches need not tell origins apart.
 */
export function crossOriginAnswer({
  url = '',
  method,
  headers,
}: Pick<IncomingMessage, 'url' | 'method' | 'headers'>): CrossOriginAnswer | undefined {
  const methods = methodsAt(url.split('?', 1)[0] ?? '');
  if (methods === undefined) return undefined;
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return readableAnswer;
  return {
    isPreflight: true,
    headers: {
      ...readable,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': allowedHeaders(headers),
      'access-control-max-age': '86400',
    },
  };
}

function methodsAt(path: string): string | undefined {
  if (open.has(path) || path.startsWith(wellKnown)) return 'GET, POST';
  if (path === endpoints.register) return 'POST';
  return path.startsWith(`${endpoints.register}/`) ? 'GET, PUT, DELETE' : undefined;
}

/** Those that are asked for or, if that is not told in short, all. "*" does not include Authorization (Fetch §4.9). */
function allowedHeaders(headers: IncomingHttpHeaders): string {
  const asked = headers['access-control-request-headers'] ?? '';
  return asked !== '' && asked.length <= maxRepeatedCharacters
    ? asked
    : '*, authorization, content-type, dpop';
}
