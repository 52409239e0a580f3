import type { FastifyRequest } from 'fastify';

/** Characters of a User-Agent header that are kept. */
const maxLength = 512;

/** The User-Agent header of a request, cut; undefined if there is none. */
export const userAgentOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined =>
  headers['user-agent']?.slice(0, maxLength) || undefined;
