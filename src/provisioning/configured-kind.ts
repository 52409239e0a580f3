import type { MemberChanges } from '../audit/member-changes.js';
import type { Configuration } from './configuration-file.js';
import type { Section } from './sections.js';

export type Outcome = 'created' | 'updated' | 'unchanged' | 'deleted';

/** The result for one entry of a file, or for one that the files do not name any more. */
export interface AppliedItem {
  readonly kind:
    | 'resource'
    | 'authorization details type'
    | 'client'
    | 'role'
    | 'group'
    | 'attribute'
    | 'claim'
    | 'upstream'
    | 'trusted issuer'
    | 'assertion policy'
    | 'user'
    | 'organization';
  /** Its identifier, client_id, name, alias or username. */
  readonly name: string;
  readonly outcome: Outcome;
}

/** What would be done about one entry, and how to do it. */
export interface PlannedItem extends AppliedItem {
  /** The members that would change. A secret is not among the values. */
  readonly changes: MemberChanges;
  /** What takes too long for a transaction, such as the hash of a password. It is done before. */
  readonly prepare?: () => Promise<unknown>;
  /** Writes. It may run twice, like the work of a transaction. */
  readonly perform: () => Promise<unknown>;
}

/** What can be configured by files: one file, and one line in `configured-kinds.ts`. */
export interface ConfiguredKind {
  readonly section: Section;
  /** Compares the entries with what exists. The files have been checked as a whole. Writes nothing. */
  plan(configuration: Configuration): Promise<PlannedItem[]>;
  /** The deletion of all that the files could name, and do not. */
  surplus(configuration: Configuration): Promise<PlannedItem[]>;
  /** All that exists as entries of a file, without secrets. */
  exported(): Promise<object[]>;
}

/** The actor in the audit trail for changes by a file. */
export const actor = 'eyrie:apply';

/** What is shown in place of a secret that would be set. */
export const newSecret = '(the secret of the file)';
/** What is shown in place of a secret that would be replaced. */
export const presentSecret = '(the present secret)';

/** An entry that exists: nothing is to be done unless a member differs. */
export const planOf = (
  item: Pick<PlannedItem, 'kind' | 'name' | 'prepare' | 'perform'>,
  changes: MemberChanges | undefined,
): PlannedItem => ({ ...item, outcome: changes ? 'updated' : 'unchanged', changes: changes ?? {} });

/** What would be deleted. */
export const deletionOf = (item: Pick<PlannedItem, 'kind' | 'name' | 'perform'>): PlannedItem => ({
  ...item,
  outcome: 'deleted',
  changes: {},
});

/** Plans entries one after the other, so that a long file does not take all connections of the database. */
export async function planEach<Entry>(
  entries: readonly Entry[],
  plan: (entry: Entry) => Promise<PlannedItem>,
): Promise<PlannedItem[]> {
  const items: PlannedItem[] = [];
  for (const entry of entries) items.push(await plan(entry));
  return items;
}
