import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { unknownGroup, unknownUser } from './directory-refusals.js';

type NamedGroup = Pick<Group, 'id' | 'name'>;

/** Who changes something, and when. */
interface Moment {
  readonly actor: Originator;
  readonly now: number;
  /** The upstream whose groups make the change; undefined if somebody here does. */
  readonly upstreamId?: string | undefined;
}

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
      const group = await this.hold(tx, groupId);
      if (await this.addWithin(tx, group, [userId], { actor, now }))
        await this.groups.update(tx, groupId, { updatedAt: now });
    });
  }

  /** Does nothing if the user is no member. @throws NotFoundException */
  async remove(groupId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      const group = await this.hold(tx, groupId);
      if (await this.removeWithin(tx, group, [userId], { actor, now }))
        await this.groups.update(tx, groupId, { updatedAt: now });
    });
  }

  /**
   * Makes users members of a group that is held.
   * @returns whether one of them was none
   * @throws NotFoundException if there is no such user
   */
  async addWithin(
    tx: Transaction,
    { id, name }: NamedGroup,
    userIds: readonly string[],
    { actor, now, upstreamId }: Moment,
  ): Promise<boolean> {
    let hasChanged = false;
    for (const userId of userIds.toSorted()) {
      if (!(await this.users.hold(tx, userId))) throw unknownUser(userId);
      if (!(await this.groups.addMember(tx, id, userId, { now, upstreamId }))) continue;
      hasChanged = true;
      await this.changes.record(
        tx,
        { event: 'group.member_added', actor, userId, detail: { group: id, name } },
        now,
      );
    }
    return hasChanged;
  }

  /**
   * Removes users from a group that is held.
   * @returns whether one of them was a member
   */
  async removeWithin(
    tx: Transaction,
    { id, name }: NamedGroup,
    userIds: readonly string[],
    { actor, now, upstreamId }: Moment,
  ): Promise<boolean> {
    let hasChanged = false;
    for (const userId of userIds.toSorted()) {
      if (!(await this.groups.removeMember(tx, id, userId, upstreamId))) continue;
      hasChanged = true;
      await this.changes.record(
        tx,
        { event: 'group.member_removed', actor, userId, detail: { group: id, name } },
        now,
      );
    }
    return hasChanged;
  }

  /**
   * Has somebody be a member of these groups by an upstream, and of no others by it. A group that does not exist is left out.
   * @returns whether anything changed, or would
   */
  async follow(
    upstreamId: string,
    userId: string,
    names: readonly string[],
    { actor, isTrial }: { readonly actor: Originator; readonly isTrial: boolean },
  ): Promise<boolean> {
    const wanted = (await this.groups.named(names)).map(({ id }) => id);
    const present = await this.groups.sourcesOf(userId);
    const missing = wanted.filter((id) => !present.some((group) => group.id === id));
    const outdated = present.filter((group) => group.upstreamId === upstreamId && !wanted.includes(group.id));
    if (!isTrial) {
      for (const id of missing)
        await this.changeOne(id, (tx, group, now) =>
          this.addWithin(tx, group, [userId], { actor, now, upstreamId }),
        );
      for (const { id } of outdated)
        await this.changeOne(id, (tx, group, now) =>
          this.removeWithin(tx, group, [userId], { actor, now, upstreamId }),
        );
    }
    return missing.length + outdated.length > 0;
  }

  /** Ends the memberships that an upstream made. */
  async endWithin(tx: Transaction, upstreamId: string, userId: string, moment: Moment): Promise<void> {
    for (const { id, name, upstreamId: source } of await this.groups.sourcesOf(userId, tx))
      if (source === upstreamId)
        await this.removeWithin(tx, { id, name }, [userId], { ...moment, upstreamId });
  }

  /** Changes the members of a group, unless it was deleted meanwhile. */
  private async changeOne(
    id: string,
    work: (tx: Transaction, group: NamedGroup, now: number) => Promise<boolean>,
  ): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      const group = await this.groups.hold(tx, id);
      if (group && (await work(tx, group, now))) await this.groups.update(tx, id, { updatedAt: now });
    });
  }

  private async hold(tx: Transaction, id: string): Promise<NamedGroup> {
    const group = await this.groups.hold(tx, id);
    if (!group) throw unknownGroup(id);
    return group;
  }
}
