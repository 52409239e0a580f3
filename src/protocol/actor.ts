/** Who acts with a token, for its subject: the `act` claim (RFC 8693 §4.1). The chain holds those who acted before, the latest first. */
export interface Actor {
  /** The client_id of the client that exchanged a token for this one. */
  readonly sub: string;
  readonly act?: Actor;
}

/** A token that has passed through more hands is not exchanged again: the chain stands in every token. */
export const maxActors = 4;

/** The actor in a value that we stored or signed; undefined if there is none. */
export function readActor(act: unknown): Actor | undefined {
  return typeof act === 'object' && act !== null && 'sub' in act ? (act as Actor) : undefined;
}

/** How many have acted, the present actor included. */
export function actorsIn(actor: Actor | undefined): number {
  let count = 0;
  for (let next = actor; next !== undefined; next = next.act) count++;
  return count;
}
