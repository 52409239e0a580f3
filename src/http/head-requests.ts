import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** Paths at which a GET may act for the person whose cookies come with it: issue a code, or sign out. */
const actingPaths: readonly string[] = [endpoints.authorize, endpoints.resume, endpoints.logout];

/**
 * Answers HEAD where a GET may act as if nobody were signed in: such a request issues nothing and signs nobody out. Fastify runs the
 * handler of GET for it, and "the server MUST NOT send content" (RFC 9110 §9.3.2), so that what was issued would be lost. No cookie is
 * set either: it would take the place of one that the browser has.
 */
export function disarmHead(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    if (isActingHead(request)) delete request.raw.headers.cookie;
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (isActingHead(request)) reply.removeHeader('set-cookie');
    done(null, payload);
  });
}

const isActingHead = ({ method, raw }: FastifyRequest): boolean =>
  method === 'HEAD' && actingPaths.includes(raw.url?.split('?', 1)[0] ?? '');
