import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { allowedMethods, answersInProblems } from './endpoint-kinds.js';

/**
 * Refuses what no route takes before its body is read: whether the path is unknown or does not have the method, is no question of the
 * body. QUERY without a media type would be 400 otherwise, and a file 415.
 */
export function refuseUnknownRoutes(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _reply, _payload, done) => {
    const isUnknown = request.is404 || isOfAnotherPath(request);
    done(isUnknown ? new NotFoundException(`Cannot ${request.method} ${request.url}`) : undefined);
  });
}

/** Whether a path with a parameter takes a method that the path itself does not have: `/users/invitations` is no user to be changed. */
function isOfAnotherPath({ method, raw, routeOptions, server }: FastifyRequest): boolean {
  const path = raw.url?.split('?', 1)[0] ?? '';
  if (!answersInProblems(path) || !routeOptions.url?.includes(':')) return false;
  return !allowedMethods(path, server).some((allowed) => allowed === (method === 'HEAD' ? 'GET' : method));
}
