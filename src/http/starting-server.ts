import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { endpoints } from '../config/endpoints.js';
import type { Settings } from '../config/settings.js';
import { answersInProblems } from './endpoint-kinds.js';
import { crossOriginAnswer } from './cors.js';
import { pathWithinIssuer } from './issuer-path.js';
import { problemOf, problemType } from './problem.js';

/** Seconds after which a request may be repeated. */
const retryAfter = '5';

/**
 * Serves while the service cannot yet: the probe of the process succeeds, everything else is answered with 503. If the port is taken
 * it serves nothing; the service will say so.
 * @param reason why the database cannot serve, such as "its schema is being updated"
 * @returns ends it
 */
export async function serveHealth(
  { port, host, issuerPath }: Pick<Settings, 'port' | 'host' | 'issuerPath'>,
  tls: { readonly cert: Buffer; readonly key: Buffer } | undefined,
  reason: string,
): Promise<() => Promise<void>> {
  const server = tls
    ? createTlsServer(tls, answer(reason, issuerPath))
    : createServer(answer(reason, issuerPath));
  // As a worker, it takes the port for itself: what Node deals out to a worker that has just closed a shared one is never answered.
  server.listen({ port, host, exclusive: true });
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  return async () => {
    if (!isListening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
}

function answer(reason: string, issuerPath: string): RequestListener {
  const down = { database: { status: 'down', message: reason } };
  const notReady = { status: 'error', info: {}, error: down, details: down };
  const starting = `the service is starting: the database: ${reason}`;
  const unavailable = {
    error: 'temporarily_unavailable',
    error_description: starting,
  };
  const problem = problemOf(undefined, {
    status: 503,
    code: unavailable.error,
    description: starting,
  });
  return (request, response) => {
    const url = pathWithinIssuer(request, issuerPath);
    const path = url.split('?', 1)[0] ?? '';
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('connection', 'close');
    if (path === endpoints.live) {
      response.end(JSON.stringify({ status: 'ok' }));
      return;
    }
    const crossOrigin = crossOriginAnswer({ url, method: request.method, headers: request.headers });
    for (const [name, value] of Object.entries(crossOrigin?.headers ?? {})) response.setHeader(name, value);
    if (crossOrigin?.isPreflight) {
      response.writeHead(204).end();
      return;
    }
    if (answersInProblems(path)) {
      response.writeHead(503, { 'retry-after': retryAfter, 'content-type': problemType });
      response.end(JSON.stringify({ ...problem, ...unavailable }));
      return;
    }
    response.writeHead(503, { 'retry-after': retryAfter });
    response.end(JSON.stringify(path === endpoints.ready ? notReady : unavailable));
  };
}
