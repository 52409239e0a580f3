import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/**
 * Refuses what no route takes before its body is read: whether the path is unknown or does not have the method, is no question of the
 * body. QUERY without a media type would be 400 otherwise, and a file 415.
 */
export function refuseUnknownRoutes(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? new NotFoundException(`Cannot ${request.method} ${request.url}`) : undefined);
  });
}
