import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';

/** What is shown of an event outside of the database. */
export const shownEvent = (event: AuditEvent) => ({
  id: event.id,
  at: event.at,
  event: event.event,
  actor: event.actor,
  user_id: event.userId,
  client_id: event.clientId,
  grant_id: event.grantId,
  address: event.address,
  detail: event.detail,
});
