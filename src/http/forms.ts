import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';

/**
 * The parameters of a form post: `application/x-www-form-urlencoded` only (RFC 6749 §3.2 and Appendix B). An empty body has none,
 * whatever its media type.
 * @throws OAuthError invalid_request for another media type or malformed content
 */
export function formParameters(request: FastifyRequest): Parameters {
  if (request.body === undefined || request.body === '') return Parameters.from([]);
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('the body must be application/x-www-form-urlencoded');
  }
  return Parameters.parse(typeof request.body === 'string' ? request.body : '');
}

/**
 * The parameters of the query, as they were sent.
 * @throws OAuthError invalid_request on malformed content
 */
export function queryParameters(request: FastifyRequest): Parameters {
  return Parameters.parse(queryOf(request));
}

/** The raw query of a request, without the question mark. */
export function queryOf(request: FastifyRequest): string {
  const { url = '' } = request.raw;
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}
