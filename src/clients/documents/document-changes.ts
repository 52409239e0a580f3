import type { Changes } from '../../audit/changes.js';
import type { ConsentsStore } from '../../persistence/stores/consents.store.js';
import type { GrantsStore } from '../../persistence/stores/grants.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import type { ClientChange } from '../sector-change.js';

interface Stores {
  readonly grants: GrantsStore;
  readonly consents: ConsentsStore;
  readonly changes: Changes;
}

/**
 * What follows from a change of a document, in the transaction of the change. With other redirection URIs, people are asked for consent
 * again: what they allowed was to be sent elsewhere. Without the keys that it named, its grants are revoked: they were given to whoever
 * holds these keys, and anybody with a copied refresh token could go on. Other changes leave grants as they are.
 */
export async function endWhatDocumentChanged(
  { grants, consents, changes }: Stores,
  tx: Transaction,
  { present, next, actor, now }: ClientChange,
): Promise<void> {
  if (present.documentFetchedAt === null) return;
  const { clientId } = present;
  if (next.redirectUris.some((uri) => !present.redirectUris.includes(uri)))
    await consents.forgetClient(tx, clientId);
  if (present.tokenEndpointAuthMethod === 'none' || next.tokenEndpointAuthMethod !== 'none') return;
  const revoked = await grants.revokeAll(tx, { clientId }, 'keys_withdrawn', now);
  if (revoked === 0) return;
  const event = { event: 'grants.revoked', actor, userId: null, clientId, detail: { revoked } } as const;
  await changes.record(tx, event, now);
}
