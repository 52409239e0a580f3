import type { EntityManager } from 'typeorm';
import type { Database } from './database.js';
import type { RoleOwner } from './stores/roles.store.js';

/** Deletes the roles of a client or resource that is being deleted, and takes them from everybody: another of its name has none of them. */
export async function deleteRolesOf(
  database: Database,
  tx: EntityManager,
  { ownerKind, ownerId }: RoleOwner,
): Promise<void> {
  const ofOwner = 'owner_kind = ? AND owner_id = ?';
  for (const table of ['user_roles', 'group_roles'])
    await database.affected(
      tx,
      `DELETE FROM ${table} WHERE role_id IN (SELECT id FROM roles WHERE ${ofOwner})`,
      [ownerKind, ownerId],
    );
  await database.affected(tx, `DELETE FROM roles WHERE ${ofOwner}`, [ownerKind, ownerId]);
}
