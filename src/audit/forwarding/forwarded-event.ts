import type { AuditEvent } from '../../persistence/entities/audit-event.entity.js';
import { shownEvent } from '../shown-event.js';

/** An event as it is sent: as the admin API has it, with its place in the chain of the audit trail. */
export const forwarded = (event: AuditEvent) => ({
  ...shownEvent(event),
  seal: event.seal,
  place: event.place,
});

export type ForwardedEvent = ReturnType<typeof forwarded>;

/** The events of one seal, in their places. */
export interface ForwardedSeal {
  readonly issuer: string;
  readonly seal: number;
  /** The hash of the chain up to this seal. */
  readonly hash: string;
  readonly events: readonly ForwardedEvent[];
}

/** Sends the events of a seal. Rejects unless they have arrived. */
export type Send = (sealed: ForwardedSeal, now: number) => Promise<void>;
