import type { Filter } from '../protocol/scim/filter.js';
import { groupType } from '../protocol/scim/group-type.js';
import { type Operation, readTarget } from '../protocol/scim/patch.js';
import { readValue } from '../protocol/scim/resource-values.js';
import { badRequest } from '../protocol/scim/scim-error.js';

/** What happens to the members of a group. */
export type MemberOperation =
  { readonly op: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] } | { readonly op: 'clear' };

/** The most members that a list in a request can name, and that one request changes: each is held until the transaction ends. */
const maxMembers = 5_000;

const members = groupType.schema.attributes.find(({ name }) => name === 'members');

/**
 * The ids of members that a request lists.
 * @throws ScimError 400 if one is not that of a user
 */
export function memberIds(given: unknown): string[] {
  // Salesforce and others wrap the list once more.
  const list = Array.isArray(given) ? given.flat() : given;
  const read = (members && readValue(members, list)) as
    { readonly value?: string; readonly type?: string }[] | undefined;
  if (Array.isArray(list) && (read ?? []).length < list.length)
    throw badRequest('invalidValue', 'each member needs a value, the id of a user');
  if ((read ?? []).length > maxMembers)
    throw badRequest('invalidValue', `a request can name ${maxMembers} members at most`);
  return [
    ...new Set(
      (read ?? []).map(({ value, type = 'User' }) => {
        if (type.toLowerCase() !== 'user')
          throw badRequest('invalidValue', 'members are users: groups are nested in the admin API');
        if (value === undefined)
          throw badRequest('invalidValue', 'each member needs a value, the id of a user');
        return value;
      }),
    ),
  ];
}

/**
 * Reads an operation of a PATCH that is about members, so that others are not read for it.
 * @returns undefined if it is about something else
 * @throws ScimError 400
 */
export function readMemberOperation({
  op,
  path,
  value,
}: Operation & { readonly path: string }): MemberOperation | undefined {
  const { attribute, sub, filter } = readTarget(groupType, path);
  if (attribute?.name !== 'members') return undefined;
  if (sub) throw badRequest('mutability', `${sub.name} of a member cannot be changed`);
  if (op !== 'remove') {
    if (filter) throw badRequest('invalidPath', `${op} takes the path members without a filter`);
    return { op, ids: memberIds(value) };
  }
  if (filter) return { op, ids: idsIn(filter) };
  // Entra ID lists those to remove; without a list, all are meant.
  return value === undefined || value === null ? { op: 'clear' } : { op, ids: memberIds(value) };
}

/** The ids of `value eq "…"`, or several of them joined by `or`. */
function idsIn(filter: Filter): string[] {
  if (filter.kind === 'or') return filter.of.flatMap(idsIn);
  const isEquality = filter.kind === 'compare' && filter.by === 'eq' && filter.path.toLowerCase() === 'value';
  if (isEquality && typeof filter.value === 'string') return [filter.value];
  throw badRequest('invalidFilter', 'members are named by value eq "…"');
}

/**
 * Who has to be added and removed, in this order of operations.
 * @throws ScimError 400 if they are too many for one transaction
 */
export function membershipChanges(
  present: readonly string[],
  operations: readonly MemberOperation[],
): { readonly added: string[]; readonly removed: string[] } {
  const after = new Set(present);
  for (const operation of operations) {
    if (operation.op === 'clear' || operation.op === 'replace') after.clear();
    if (operation.op === 'clear') continue;
    for (const id of operation.ids)
      if (operation.op === 'remove') after.delete(id);
      else after.add(id);
  }
  const before = new Set(present);
  const added = [...after].filter((id) => !before.has(id));
  const removed = present.filter((id) => !after.has(id));
  if (added.length + removed.length > maxMembers)
    throw badRequest('invalidValue', `a request can add and remove ${maxMembers} members at most`);
  return { added, removed };
}
