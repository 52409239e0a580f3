import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { includes, project, type Projection } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';

/** The entity tags of `If-None-Match` (RFC 9110 §13.1.2). */
export const IfNoneMatch = createParamDecorator((_data: unknown, context: ExecutionContext): string[] => {
  const value = context.switchToHttp().getRequest<FastifyRequest>().headers['if-none-match'] ?? '';
  return value.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
});

/** The resource in the response, with its entity tag and URL (RFC 7644 §3.14). */
export function shown(reply: FastifyReply, resource: Resource, projection: Projection): Resource {
  const { version, location } = resource['meta'] as { version: string; location: string };
  reply.headers({ etag: version, 'content-location': location });
  return project(projection, resource);
}

/**
 * As {@link shown}; without a body if the client has this state already. The entity tag does not cover memberships, so that what shows
 * them is always sent.
 */
export function shownUnlessKnown(
  reply: FastifyReply,
  resource: Resource,
  projection: Projection,
  known: readonly string[],
): Resource | undefined {
  const body = shown(reply, resource, projection);
  const { resourceType } = resource['meta'] as { resourceType: string };
  const memberships = resourceType === 'User' ? 'groups' : 'members';
  if (includes(projection, memberships) || !known.includes(String(reply.getHeader('etag')))) return body;
  reply.status(304);
  return undefined;
}

/** As {@link shown}, for a resource that was created. */
export function shownNew(reply: FastifyReply, resource: Resource, projection: Projection): Resource {
  reply.header('location', (resource['meta'] as { location: string }).location);
  return shown(reply, resource, projection);
}
