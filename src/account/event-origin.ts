import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';

/** Who did what an event of the audit trail tells, for the person that it is about. It names nobody. */
export type EventOrigin = 'person' | 'application' | 'administrator' | 'service';

/** Actors that are the person, or somebody who does not say who they are. Beside them stands `user:` with the id of the person. */
const unnamed: ReadonlySet<string> = new Set(['unknown', 'eyrie:sign-up']);
/** Parts of the service that act by themselves. */
const automatic: ReadonlySet<string> = new Set(['eyrie:session-expiry']);

/** An identity provider of somebody else, at which they signed in or out. */
const upstreamPrefix = 'upstream:';

type Origin = Pick<AuditEvent, 'actor' | 'clientId'>;

/** Whether the person did it, or somebody in their place: then its address and browser are theirs to see. */
export const isOwn = ({ actor }: Pick<Origin, 'actor'>, userId: string): boolean =>
  actor === `user:${userId}` || unnamed.has(actor);

/** Who it was. A client that uses the admin API counts as an administrator. */
export function originOf({ actor, clientId }: Origin, userId: string): EventOrigin {
  if (isOwn({ actor }, userId)) return 'person';
  if (clientId !== null && actor === `client:${clientId}`) return 'application';
  return automatic.has(actor) || actor.startsWith(upstreamPrefix) ? 'service' : 'administrator';
}
