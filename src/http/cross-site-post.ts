import type { FastifyReply, FastifyRequest } from 'fastify';
import { noStore } from './headers.js';

/**
 * Sends a form post of another site back to where it came as a GET: SameSite=Lax keeps our cookies from the post, and the browser
 * brings them when it comes again.
 * @returns false for any other request, which is not answered
 */
export function sendAgainByGet(request: FastifyRequest, reply: FastifyReply, path: string): boolean {
  if (request.headers['sec-fetch-site'] !== 'cross-site') return false;
  const body = typeof request.body === 'string' ? request.body : '';
  noStore(reply);
  reply.redirect(`${path}?${new URLSearchParams(body).toString()}`, 303);
  return true;
}
