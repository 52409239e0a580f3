import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { newId } from '../persistence/id.js';
import { GroupsStore, type HeldGroup } from '../persistence/stores/groups.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { requireEnrollableFactor } from './enrollable-factor.js';
import { refusingTaken, unknownGroup } from './directory-refusals.js';
import { GroupTree } from './group-tree.js';
import { SecondFactorGroups } from './second-factor-groups.js';

/** A group to be created. */
export interface NewGroup {
  readonly name: string;
  readonly description?: string | null;
  /** The group above it. */
  readonly parent_id?: string | null;
  /** Whether its members need a second factor whenever they sign in. */
  readonly require_second_factor?: boolean;
}

/** Options of a change of a group. The functions run in its transaction, which may run twice. */
export interface GroupOptions {
  readonly precondition?: Precondition;
  /** Throws if the group, which is held, must not be changed. */
  readonly check?: (tx: Transaction, held: HeldGroup) => Promise<void>;
  /** What else changes. Returns whether anything does. */
  readonly also?: (tx: Transaction, group: Pick<Group, 'id' | 'name'>, now: number) => Promise<boolean>;
}

/** Creates, changes and deletes groups. `actor` is the actor in the audit trail. */
@Injectable()
export class Groups {
  constructor(
    private readonly groups: GroupsStore,
    private readonly tree: GroupTree,
    private readonly secondFactorGroups: SecondFactorGroups,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException */
  async require(id: string): Promise<Group> {
    const group = await this.groups.find(id);
    if (!group) throw unknownGroup(id);
    return group;
  }

  /**
   * @throws BadRequestException if there is no such parent
   * @throws ConflictException if the name is taken, or the group would stand too deep
   */
  async create(
    { name, description = null, parent_id: parentId = null, require_second_factor = false }: NewGroup,
    actor: Originator,
    { also }: Pick<GroupOptions, 'also'> = {},
  ): Promise<Group> {
    const id = newId();
    requireEnrollableFactor(this.settings, require_second_factor);
    const created = await refusingTaken(name, () =>
      this.changes.change<Group>(
        { event: 'group.created', actor, detail: { group: id, name } },
        async (tx, now) => {
          if (parentId !== null) await this.tree.holdPlace(tx, parentId, undefined);
          const times = { createdAt: now, updatedAt: now };
          const requireSecondFactor = require_second_factor;
          const group = { id, name, description, parentId, requireSecondFactor, version: 0, ...times };
          await this.groups.insert(tx, group);
          await also?.(tx, group, now);
          return group;
        },
      ),
    );
    this.secondFactorGroups.forget();
    return created;
  }

  /**
   * Changes what is given. Members of the group become members of the groups above its new place, and cease to be those of the old one.
   * @throws NotFoundException
   * @throws BadRequestException if there is no such parent
   * @throws ConflictException if the name is taken, the group would stand below itself, or too deep
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    changes: Partial<NewGroup>,
    actor: Originator,
    { precondition, check, also }: GroupOptions = {},
  ): Promise<Group> {
    requireEnrollableFactor(this.settings, changes.require_second_factor);
    await refusingTaken(changes.name, () =>
      this.changes.change([], async (tx, now) => {
        const held = await this.hold(tx, id, precondition);
        await check?.(tx, held);
        const parentId = changes.parent_id;
        if (parentId !== undefined && parentId !== null && parentId !== held.parentId)
          await this.tree.holdPlace(tx, parentId, id);
        const changed = memberChanges(membersOf(held), given(changes));
        const alsoChanged = (await also?.(tx, { id, name: changes.name ?? held.name }, now)) ?? false;
        if (changed || alsoChanged)
          await this.groups.update(tx, id, { ...columnsOf(changes), updatedAt: now });
        if (!changed) return;
        await this.changes.record(
          tx,
          { event: 'group.updated', actor, detail: { group: id, changes: changed } },
          now,
        );
      }),
    );
    this.secondFactorGroups.forget();
    return this.require(id);
  }

  /**
   * Deletes a group: its members lose what they have by it.
   * @throws NotFoundException
   * @throws ConflictException if groups stand below it
   * @throws PreconditionFailedException
   */
  async delete(
    id: string,
    actor: Originator,
    { precondition, check }: Omit<GroupOptions, 'also'> = {},
  ): Promise<void> {
    await this.changes.change(
      (name: string) => ({ event: 'group.deleted', actor, detail: { group: id, name } }),
      async (tx) => {
        const held = await this.hold(tx, id, precondition);
        await check?.(tx, held);
        if ((await this.groups.holdBelow(tx, [id])).length > 0)
          throw new ConflictException('there are groups below this one: move or delete them first');
        await this.groups.delete(tx, id);
        return held.name;
      },
    );
  }

  private async hold(tx: Transaction, id: string, precondition?: Precondition): Promise<HeldGroup> {
    const held = await this.groups.hold(tx, id);
    if (!held) throw unknownGroup(id);
    checkPrecondition(held, precondition);
    return held;
  }
}

/** The members that a change is recorded by. */
const membersOf = ({ name, description, parentId, requireSecondFactor }: HeldGroup): Required<NewGroup> => ({
  name,
  description,
  parent_id: parentId,
  require_second_factor: requireSecondFactor,
});

const given = ({ name, description, parent_id, require_second_factor }: Partial<NewGroup>): object =>
  Object.fromEntries(
    Object.entries({ name, description, parent_id, require_second_factor }).filter(
      ([, value]) => value !== undefined,
    ),
  );

const columnsOf = ({
  name,
  description,
  parent_id: parentId,
  require_second_factor: requireSecondFactor,
}: Partial<NewGroup>): Partial<Group> => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
  ...(parentId === undefined ? {} : { parentId }),
  ...(requireSecondFactor === undefined ? {} : { requireSecondFactor }),
});
