import type { NewAuditEvent } from '../persistence/stores/audit.store.js';
import type { AuditEvent } from './events.js';
import { nameOf } from './originator.js';

/** An event as the audit trail stores it: the address of its actor is a member of its own. */
export function storedForm(event: AuditEvent): NewAuditEvent {
  const { actor } = event;
  const address = typeof actor === 'string' ? event.address : actor.address;
  return { ...event, actor: nameOf(actor), ...(address && { address }) };
}
