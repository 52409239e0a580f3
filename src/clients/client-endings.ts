import { sayEnding } from '../persistence/rehearsal.js';
import { parseScope } from '../protocol/scope.js';
import { sectorOfClient } from './registered-client.js';
import type { ClientChange } from './sector-change.js';

/** Says what a change of a client takes from its grants, for a caller who asks before it is made. */
export function sayWhatEnds({ present, next }: Pick<ClientChange, 'present' | 'next'>): void {
  const { clientId } = present;
  if (sectorOfClient(present) !== sectorOfClient(next)) return sayEnding({ clientId, of: 'grants' });
  const kept = parseScope(next.scope);
  const scopes = parseScope(present.scope).filter((scope) => !kept.includes(scope));
  if (scopes.length > 0) sayEnding({ clientId, of: 'scopes', scopes });
  if (present.grantTypes.includes('refresh_token') && !next.grantTypes.includes('refresh_token'))
    sayEnding({ clientId, of: 'renewal' });
}
