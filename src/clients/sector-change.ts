import type { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { Client } from '../persistence/entities/client.entity.js';
import type { GrantsStore } from '../persistence/stores/grants.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { sectorOfClient } from './registered-client.js';

/** A client before and after a change, and who makes it when. */
export interface ClientChange {
  readonly present: Client;
  readonly next: Client;
  readonly actor: Originator;
  readonly now: number;
}

/**
 * Revokes the grants of a client whose sector changes, in the transaction of the change. Their subjects would change with it, although
 * "its sub Claim Value MUST be the same as in the ID Token issued when the original authentication occurred" (OIDC Core §12.2). And a
 * grant that was given at one party's redirection URI would show the subjects of another party.
 */
export async function endGrantsOfSector(
  { grants, changes }: { readonly grants: GrantsStore; readonly changes: Changes },
  tx: Transaction,
  { present, next, actor, now }: ClientChange,
): Promise<void> {
  if (sectorOfClient(present) === sectorOfClient(next)) return;
  const { clientId } = present;
  const revoked = await grants.revokeAll(tx, { clientId }, 'sector_changed', now);
  if (revoked === 0) return;
  const event = { event: 'grants.revoked', actor, userId: null, clientId, detail: { revoked } } as const;
  await changes.record(tx, event, now);
}
