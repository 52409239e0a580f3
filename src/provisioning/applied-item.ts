export type Outcome = 'created' | 'updated' | 'unchanged';

/** The result for one entry of the file. */
export interface AppliedItem {
  readonly kind: 'resource' | 'client' | 'role' | 'group' | 'user';
  /** Its identifier, client_id, name or username. */
  readonly name: string;
  readonly outcome: Outcome;
}

/** The actor in the audit trail for changes by a file. */
export const actor = 'eyrie:apply';
