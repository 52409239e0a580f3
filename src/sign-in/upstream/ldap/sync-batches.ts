import { lookupHash } from '../../../crypto/opaque-token.js';
import type { DirectorySyncStore, SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';

/** People of one search. */
const batchSize = 200;

/** Some of those who are looked at. */
export interface SyncBatch {
  readonly identities: readonly SyncedIdentity[];
  /** How many are done with them: of all accounts, or of the entries that have changed. */
  readonly done: number;
}

/** Those who are looked at: all who are linked to a directory, or those of them who have one of these subjects. */
export async function* batchesOf(
  store: DirectorySyncStore,
  upstreamId: string,
  changed: readonly string[] | undefined,
): AsyncGenerator<SyncBatch> {
  if (changed) {
    for (let at = 0; at < changed.length; at += batchSize) {
      const subjects = changed.slice(at, at + batchSize);
      const identities = await store.ofSubjects(upstreamId, subjects.map(lookupHash));
      if (identities.length > 0) yield { identities, done: at + subjects.length };
    }
    return;
  }
  let done = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const identities = await store.batch(upstreamId, after, batchSize);
    after = identities.at(-1)?.id;
    done += identities.length;
    if (identities.length > 0) yield { identities, done };
  }
}
