import type { Changes } from '../audit/changes.js';
import type { AuditEvent } from '../audit/events.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import type { User } from '../persistence/entities/user.entity.js';
import type { Transaction } from '../persistence/transaction.js';
import { profileColumns } from '../directory/profile-claims.js';

/** The columns whose changes the audit trail holds, by the names of the admin API. Passwords are none of them. */
const recordedColumns = {
  username: 'username',
  administrator: 'administrator',
  admin_roles: 'adminRoles',
  ...profileColumns,
} as const;

/** An update, and the user before it. */
interface Update {
  readonly before: User;
  readonly columns: Partial<User>;
  readonly disabled: boolean | undefined;
  readonly actor: Originator;
  readonly now: number;
}

/** Records what an update changes, in its transaction; nothing if nothing changes. */
export async function recordUpdate(
  trail: Changes,
  tx: Transaction,
  { before, columns, disabled, actor, now }: Update,
): Promise<void> {
  const about = { actor, userId: before.id };
  const changes = memberChanges(named(before), named(columns));
  const events: AuditEvent[] = [];
  if (changes) events.push({ event: 'user.updated', ...about, detail: { changes } });
  const { administrator } = changes ?? {};
  if (administrator)
    events.push({
      event: administrator.to ? 'user.administrator_granted' : 'user.administrator_revoked',
      ...about,
    });
  if (disabled !== undefined) events.push({ event: disabled ? 'user.disabled' : 'user.enabled', ...about });
  for (const event of events) await trail.record(tx, event, now);
}

/** The recorded columns that are given, by the names of the admin API. */
const named = (columns: Partial<User>): object =>
  Object.fromEntries(
    Object.entries(recordedColumns).flatMap(([name, column]) =>
      columns[column] === undefined ? [] : [[name, columns[column]]],
    ),
  );
