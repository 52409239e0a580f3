import { ConflictException } from '@nestjs/common';
import { nameOf, type Originator } from '../audit/originator.js';
import type { Client } from '../persistence/entities/client.entity.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { parseScope } from '../protocol/scope.js';
import { isAdminScope } from '../resource/rights.js';

export const notItself = 'a client cannot do this to itself; another administrator can';

/**
 * Prevents that a client which administers shuts itself out.
 * @throws ConflictException
 */
export function refuseSelf(clientId: string, actor: Originator): void {
  if (nameOf(actor) === `client:${clientId}`) throw new ConflictException(notItself);
}

/** Prevents that a client which administers takes the scopes from itself with which it does so. */
export function refuseOwnLoss(
  { clientId, scope }: Client,
  metadata: ClientMetadata,
  actor: Originator,
): void {
  const left = parseScope(metadata.scope);
  if (parseScope(scope).some((name) => isAdminScope(name) && !left.includes(name)))
    refuseSelf(clientId, actor);
}
