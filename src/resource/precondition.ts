import { createParamDecorator, type ExecutionContext, PreconditionFailedException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { changedSince } from './admin-refusals.js';

/** A row whose version grows with every change. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** The entity tags that a request allows (RFC 9110 §13.1.1); undefined if it allows any. */
export type Precondition = readonly string[] | undefined;

/** The entity tag of the state of a row. Rows that replace one another under the same name differ in their id. */
export const entityTag = ({ id, version }: Versioned): string => `"${id}.${version}"`;

/** Names the state of a row in the response (RFC 9110 §8.8.3), so that a later change can depend on it. */
export function sendEntityTag(reply: FastifyReply, row: Versioned): void {
  reply.header('etag', entityTag(row));
}

/** The parameter `If-Match` of an operation of the admin API. */
export const IfMatch = createParamDecorator((_data: unknown, context: ExecutionContext): Precondition => {
  const value = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']?.trim();
  if (value === undefined || value === '*') return undefined;
  return value.split(',').map((tag) => tag.trim());
});

/**
 * Compares strongly, as If-Match demands: a weak tag never matches.
 * @throws PreconditionFailedException if the row is not in a state that the request allows
 */
export function checkPrecondition(row: Versioned, allowed: Precondition): void {
  if (allowed && !allowed.includes(entityTag(row))) throw new PreconditionFailedException(changedSince);
}
