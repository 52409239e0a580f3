import type { FastifyRequest } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { addressOf } from '../http/network.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';

/** The resource owner, for the audit trail. */
export const byOwner = ({ userId }: ActiveSession, request: FastifyRequest): Originator => ({
  name: `user:${userId}`,
  address: addressOf(request),
});
