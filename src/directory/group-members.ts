import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
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

/** What an upstream would change of somebody's memberships: ids of groups. */
export interface MembershipChange {
  readonly missing: readonly string[];
  readonly outdated: readonly string[];
  /** Whether none of those that it made is left. */
  readonly isLosingAll: boolean;
}

/** Who is a member of which group. `actor` is the actor in the audit trail. */
@Injectable()
export class GroupMembers {
  constructor(
    private readonly groups: GroupsStore,
    private readonly users: UsersStore,
    private readonly identities: IdentitiesStore,
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

  /** What is between the groups that an upstream has somebody in, and the memberships that it made. Groups that do not exist are left out. */
  async compare(upstreamId: string, userId: string, names: readonly string[]): Promise<MembershipChange> {
    const wanted = (await this.groups.named(names)).map(({ id }) => id);
    const present = (await this.groups.sourcesOf(userId)).filter((group) => group.upstreamId !== null);
    const own = present.filter((group) => group.upstreamId === upstreamId).map(({ id }) => id);
    return {
      missing: wanted.filter((id) => !present.some((group) => group.id === id)),
      outdated: own.filter((id) => !wanted.includes(id)),
      isLosingAll: own.length > 0 && !own.some((id) => wanted.includes(id)),
    };
  }

  /** Makes somebody a member of groups by an upstream, as long as they are linked to it. */
  async join(
    upstreamId: string,
    userId: string,
    groupIds: readonly string[],
    actor: Originator,
  ): Promise<void> {
    for (const id of groupIds)
      await this.changeOne(id, async (tx, group, now) => {
        // Held, so that the link cannot be removed beside it.
        if (!(await this.users.hold(tx, userId))) return false;
        if (!(await this.identities.isLinked(tx, upstreamId, userId))) return false;
        return this.addWithin(tx, group, [userId], { actor, now, upstreamId });
      });
  }

  /** Ends memberships as far as an upstream made them. */
  async leave(
    upstreamId: string,
    userId: string,
    groupIds: readonly string[],
    actor: Originator,
  ): Promise<void> {
    for (const id of groupIds)
      await this.changeOne(id, (tx, group, now) =>
        this.removeWithin(tx, group, [userId], { actor, now, upstreamId }),
      );
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
