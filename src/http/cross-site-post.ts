import type { FastifyReply, FastifyRequest } from 'fastify';
import { noStore } from './headers.js';

/**
 * Redirects a form post from another site to the same endpoint by GET: SameSite=Lax withholds our cookies from the post, and the
 * browser sends them with the GET.
 * @returns false for every other request, which is left unanswered
 */
export function sendAgainByGet(request: FastifyRequest, reply: FastifyReply, path: string): boolean {
  if (request.headers['sec-fetch-site'] !== 'cross-site') return false;
  const body = typeof request.body === 'string' ? request.body : '';
  noStore(reply);
  reply.redirect(`${path}?${new URLSearchParams(body).toString()}`, 303);
  return true;
}
