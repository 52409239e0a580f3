import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { unknownGroup, unknownUser } from './directory-refusals.js';

/** Who is a member of which group. `actor` is the actor in the audit trail. */
@Injectable()
export class GroupMembers {
  constructor(
    private readonly groups: GroupsStore,
    private readonly users: UsersStore,
    private readonly changes: Changes,
  ) {}

  /** Does nothing if the user is a member already. @throws NotFoundException */
  async add(groupId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      const group = await this.groups.hold(tx, groupId);
      if (!group) throw unknownGroup(groupId);
      if (!(await this.users.hold(tx, userId))) throw unknownUser(userId);
      if (!(await this.groups.addMember(tx, groupId, userId, now))) return;
      const detail = { group: groupId, name: group.name };
      await this.changes.record(tx, { event: 'group.member_added', actor, userId, detail }, now);
    });
  }

  /** Does nothing if the user is no member. @throws NotFoundException */
  async remove(groupId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      const group = await this.groups.hold(tx, groupId);
      if (!group) throw unknownGroup(groupId);
      if (!(await this.groups.removeMember(tx, groupId, userId))) return;
      const detail = { group: groupId, name: group.name };
      await this.changes.record(tx, { event: 'group.member_removed', actor, userId, detail }, now);
    });
  }
}
