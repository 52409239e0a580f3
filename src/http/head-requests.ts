import type { FastifyInstance } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** Paths at which a GET acts: it may issue a code, or sign somebody out. */
const actingPaths: readonly string[] = [endpoints.authorize, endpoints.resume, endpoints.logout];

/**
 * Refuses HEAD where a GET acts. Fastify runs the handler of GET for HEAD, though "the server MUST NOT send content" (RFC 9110 §9.3.2):
 * whatever was issued would be lost.
 */
export function refuseActingHead(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'HEAD' || !actingPaths.includes(request.raw.url?.split('?', 1)[0] ?? ''))
      return done();
    reply.status(405).header('allow', 'GET, POST').send();
  });
}
