import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { invalidField } from '../http/invalid-fields.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { newId } from '../persistence/id.js';
import { GroupsStore, type HeldGroup } from '../persistence/stores/groups.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { enrollableFactors } from '../protocol/factors.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
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
  ): Promise<Group> {
    const id = newId();
    this.requireFactors(require_second_factor);
    const created = await refusingTaken(name, () =>
      this.changes.change<Group>(
        { event: 'group.created', actor, detail: { group: id, name } },
        async (tx, now) => {
          if (parentId !== null) await this.tree.holdPlace(tx, parentId, undefined);
          const times = { createdAt: now, updatedAt: now };
          const requireSecondFactor = require_second_factor;
          const group = { id, name, description, parentId, requireSecondFactor, version: 0, ...times };
          await this.groups.insert(tx, group);
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
    precondition?: Precondition,
  ): Promise<Group> {
    this.requireFactors(changes.require_second_factor);
    await refusingTaken(changes.name, () =>
      this.changes.change([], async (tx, now) => {
        const held = await this.hold(tx, id, precondition);
        const parentId = changes.parent_id;
        if (parentId !== undefined && parentId !== null && parentId !== held.parentId)
          await this.tree.holdPlace(tx, parentId, id);
        const changed = memberChanges(membersOf(held), given(changes));
        if (!changed) return;
        await this.groups.update(tx, id, { ...columnsOf(changes), updatedAt: now });
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
  async delete(id: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      (name: string) => ({ event: 'group.deleted', actor, detail: { group: id, name } }),
      async (tx) => {
        const { name } = await this.hold(tx, id, precondition);
        if ((await this.groups.holdBelow(tx, [id])).length > 0)
          throw new ConflictException('there are groups below this one: move or delete them first');
        await this.groups.delete(tx, id);
        return name;
      },
    );
  }

  /** @throws BadRequestException if members could set up no second factor */
  private requireFactors(isRequired: boolean | undefined): void {
    const { secondFactors } = this.settings.signIn;
    if (isRequired && !secondFactors.some((factor) => enrollableFactors.includes(factor)))
      throw invalidField(
        'require_second_factor',
        'needs a second factor that can be set up, and EYRIE_SECOND_FACTORS has none',
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
