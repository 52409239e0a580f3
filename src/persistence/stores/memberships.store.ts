import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { Group } from '../entities/group.entity.js';
import type { Role } from '../entities/role.entity.js';

/** A group that somebody is a member of, by itself or by a group below it. */
export type EffectiveGroup = Pick<Group, 'id' | 'name'>;

/** A role that somebody has, by themselves or by a group. */
export type EffectiveRole = Pick<Role, 'id' | 'name' | 'ownerKind' | 'ownerId'>;

/** What somebody is and may by the directory, each list by name. */
export interface Memberships {
  readonly groups: readonly EffectiveGroup[];
  readonly roles: readonly EffectiveRole[];
}

interface Row {
  readonly kind: 'group' | Role['ownerKind'];
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
}

/** UNION leaves out what was found before, so that the walk ends whatever the table holds. */
const effective = `WITH RECURSIVE mine (id, parent_id, name) AS (
    SELECT g.id, g.parent_id, g.name FROM people_groups g JOIN group_members m ON m.group_id = g.id WHERE m.user_id = ?
    UNION
    SELECT p.id, p.parent_id, p.name FROM people_groups p JOIN mine c ON p.id = c.parent_id
  )
  SELECT 'group' AS kind, mine.id, mine.name, '' AS owner_id FROM mine
  UNION ALL
  SELECT r.owner_kind, r.id, r.name, r.owner_id FROM roles r
   WHERE r.id IN (SELECT ur.role_id FROM user_roles ur WHERE ur.user_id = ?)
      OR r.id IN (SELECT gr.role_id FROM group_roles gr JOIN mine ON gr.group_id = mine.id)`;

/** Finds the groups and roles of people. */
@Injectable()
export class MembershipsStore {
  constructor(private readonly database: Database) {}

  /** All groups and roles of a user, by one query. */
  async of(userId: string): Promise<Memberships> {
    const rows = await this.database.query<Row>(effective, [userId, userId]);
    rows.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
    const groups: EffectiveGroup[] = [];
    const roles: EffectiveRole[] = [];
    for (const { kind, id, name, owner_id: ownerId } of rows) {
      if (kind === 'group') groups.push({ id, name });
      else roles.push({ id, name, ownerKind: kind, ownerId });
    }
    return { groups, roles };
  }

  /** The ids of the groups that somebody was made a member of. */
  async directGroups(userId: string): Promise<string[]> {
    const rows = await this.database.query<{ group_id: string }>(
      'SELECT group_id FROM group_members WHERE user_id = ? ORDER BY group_id',
      [userId],
    );
    return rows.map((row) => row.group_id);
  }
}
