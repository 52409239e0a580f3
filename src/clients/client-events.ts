import type { AuditEvent } from '../audit/events.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import { Client } from '../persistence/entities/client.entity.js';
import { toMetadata } from './client-columns.js';

/** What the audit trail says of a change of a client; nothing of an update that changes nothing. */
export function revisionEvents(
  present: Client,
  columns: Partial<Client>,
  event: 'client.updated' | 'client.disabled' | 'client.enabled',
  actor: Originator,
): AuditEvent[] {
  const about = { actor, clientId: present.clientId };
  if (event !== 'client.updated') return [{ event, ...about }];
  const after = Object.assign(new Client(), present, columns);
  const changes = memberChanges(toMetadata(present), toMetadata(after));
  return changes ? [{ event, ...about, detail: { changes } }] : [];
}
