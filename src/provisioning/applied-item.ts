export type Outcome = 'created' | 'updated' | 'unchanged';

/** What applying did to one item of the file. */
export interface AppliedItem {
  readonly kind: 'resource' | 'client' | 'user';
  /** Its identifier, client_id or username. */
  readonly name: string;
  readonly outcome: Outcome;
}

/** Who does what a file says, in the audit trail. */
export const actor = 'eyrie:apply';
