export type Outcome = 'created' | 'updated' | 'unchanged';

/** The result for one entry of the file. */
export interface AppliedItem {
  readonly kind: 'resource' | 'client' | 'role' | 'group' | 'user' | 'upstream';
  /** Its identifier, client_id, name, username or alias. */
  readonly name: string;
  readonly outcome: Outcome;
}

/** The actor in the audit trail for changes by a file. */
export const actor = 'eyrie:apply';
