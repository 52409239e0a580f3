import type { Membership } from '../persistence/stores/scim-search.store.js';

/** Memberships by their users or groups. */
export function groupedBy(
  key: 'userId' | 'groupId',
  memberships: readonly Membership[],
): ReadonlyMap<string, readonly Membership[]> {
  const grouped = new Map<string, Membership[]>();
  for (const membership of memberships) {
    const present = grouped.get(membership[key]);
    if (present) present.push(membership);
    else grouped.set(membership[key], [membership]);
  }
  return grouped;
}
