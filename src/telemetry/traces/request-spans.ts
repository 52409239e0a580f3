import type { IncomingMessage } from 'node:http';
import { parseTraceParent } from '@opentelemetry/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressMatcher } from '../../config/address-matcher.js';
import { endpoints } from '../../config/endpoints.js';
import type { Origin, RecordedSpan, SpanRecorder } from './span-recorder.js';

/** Asked every few seconds by machines. */
const probes: ReadonlySet<string | undefined> = new Set([endpoints.live, endpoints.ready, endpoints.metrics]);

/** Methods of which a span says the name; anybody may send others. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Has each request recorded as a span, named by its route. The path itself is left out, as are its query, headers and the address of the
 * caller: they hold codes, tokens and what is known of people.
 * @param callers addresses whose `traceparent` header is the parent
 */
export function recordRequests(
  server: FastifyInstance,
  recorder: SpanRecorder,
  { scheme, callers }: { readonly scheme: string; readonly callers: readonly string[] },
): void {
  const spans = new WeakMap<FastifyRequest, RecordedSpan>();
  const mayContinue = addressMatcher(callers);

  const end = (request: FastifyRequest, { statusCode }: FastifyReply): void => {
    const span = spans.get(request);
    spans.delete(request);
    span?.set({ 'http.response.status_code': statusCode });
    if (statusCode >= 500) span?.fail(String(statusCode));
    span?.end();
  };

  server.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (probes.has(route)) return done();
    const method = methods.has(request.method) ? request.method : '_OTHER';
    const span = recorder.beginRequest(
      {
        name: route === undefined ? method : `${method} ${route}`,
        attributes: {
          'http.request.method': method,
          ...(route !== undefined && { 'http.route': route }),
          'url.scheme': scheme,
          'eyrie.request_id': request.id,
        },
      },
      originOf(request.raw, mayContinue),
    );
    spans.set(request, span);
    // Nothing else tells of a caller that leaves before its answer.
    reply.raw.once('close', () => end(request, reply));
    recorder.within(span, done);
  });
  // What reads the body does not know which request it belongs to.
  server.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) recorder.within(span, done);
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    if (!span) return done();
    end(request, reply);
    // The lines of the log that follow belong to it.
    recorder.within(span, done);
  });
}

/** The span of the caller. What a caller of its own choice adds to it (`tracestate`) is not taken on. */
function originOf(
  { headers, socket }: IncomingMessage,
  mayContinue: (address: string | undefined) => boolean,
): Origin {
  const { traceparent } = headers;
  const context = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
  if (!context) return {};
  return mayContinue(socket.remoteAddress)
    ? { parent: { ...context, isRemote: true } }
    : { linked: { ...context, isRemote: true } };
}
