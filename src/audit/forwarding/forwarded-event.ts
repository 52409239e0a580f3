import type { AuditEvent } from '../../persistence/entities/audit-event.entity.js';

/** An event as it is sent: as the admin API has it, with its place in the chain of the audit trail. */
export type ForwardedEvent = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly at: number;
  readonly event: string;
};

export const forwarded = (event: AuditEvent): ForwardedEvent => ({
  id: event.id,
  at: event.at,
  event: event.event,
  actor: event.actor,
  user_id: event.userId,
  client_id: event.clientId,
  grant_id: event.grantId,
  address: event.address,
  detail: event.detail,
  seal: event.seal,
  place: event.place,
});

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
