import { BadRequestException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { answersInScim } from './endpoint-kinds.js';

/**
 * Lets a JSON body be empty: many HTTP clients send `Content-Type: application/json` with every request. Whoever needs a body says so.
 * SCIM has a media type of its own for JSON (RFC 7644 §8.1).
 */
export function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>(
    ['application/json', 'application/scim+json'],
    { parseAs: 'string' },
    (request, body, done): void => {
      if (body.trim() === '') done(null, undefined);
      else void parse(request, body, done);
    },
  );
}

/** How deeply JSON may be nested. */
export const maxJsonDepth = 32;

/** Refuses JSON nested so deeply that a recursive function could overflow the stack. */
export function refuseDeepJson(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const tooDeep = typeof request.body === 'object' && isDeeperThan(maxJsonDepth, request.body);
    done(tooDeep ? new BadRequestException('the body is nested too deeply') : undefined);
  });
}

/** Whether JSON is nested more deeply. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}

/** The most bytes of a body at SCIM, where a request may name all members of a group. */
export const maxScimBodyBytes = 1_024 * 1_024;

/** Lets bodies at SCIM be larger than elsewhere. */
export function acceptLargeScimBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (answersInScim(route.url)) route.bodyLimit = maxScimBodyBytes;
  });
}
