import type { Client } from '../../persistence/entities/client.entity.js';
import { organizationScope } from '../../protocol/organization.js';
import { formatScope, parseScope } from '../../protocol/scope.js';
import { isAdminScope } from '../../resource/rights.js';

/** A list of scopes as it is stored and compared: each once, sorted. */
export const consentScope = (scope: string): string => formatScope(parseScope(scope).toSorted());

/** Why a client cannot be allowed anything in place of people: who it is must be known, and it must be able to act for an organization. */
export function clientProblem({
  scope,
  registrationTokenHash,
  documentFetchedAt,
}: Pick<Client, 'scope' | 'registrationTokenHash' | 'documentFetchedAt'>): string | undefined {
  if (registrationTokenHash !== null || documentFetchedAt !== null)
    return 'registered itself, so its users are always asked';
  if (!parseScope(scope).includes(organizationScope))
    return `is not registered for the scope ${organizationScope}, so it cannot act for an organization`;
  return undefined;
}

/**
 * Why scopes cannot be allowed in place of people.
 * @param known the scopes that exist
 */
export function scopeProblem(
  scope: string,
  client: Pick<Client, 'scope'>,
  known: ReadonlySet<string>,
): string | undefined {
  const registered = parseScope(client.scope);
  const scopes = parseScope(scope);
  const named = (problem: (name: string) => boolean): string => formatScope(scopes.filter(problem));
  const ofAdministration = named(isAdminScope);
  if (ofAdministration !== '') return `names ${ofAdministration}, for which people are always asked`;
  const unknown = named((name) => !known.has(name));
  if (unknown !== '') return `names ${unknown}, which no resource defines`;
  const foreign = named((name) => !registered.includes(name));
  return foreign === '' ? undefined : `names ${foreign}, for which the client is not registered`;
}
