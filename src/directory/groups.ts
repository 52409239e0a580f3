import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { newId } from '../persistence/id.js';
import { GroupsStore, type HeldGroup } from '../persistence/stores/groups.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { refusingTaken, unknownGroup } from './directory-refusals.js';
import { GroupTree } from './group-tree.js';

/** A group to be created. */
export interface NewGroup {
  readonly name: string;
  readonly description?: string | null;
  /** The group above it. */
  readonly parent_id?: string | null;
}

/** Creates, changes and deletes groups. `actor` is the actor in the audit trail. */
@Injectable()
export class Groups {
  constructor(
    private readonly groups: GroupsStore,
    private readonly tree: GroupTree,
    private readonly changes: Changes,
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
    { name, description = null, parent_id: parentId = null }: NewGroup,
    actor: Originator,
  ): Promise<Group> {
    const id = newId();
    return refusingTaken(name, () =>
      this.changes.change<Group>(
        { event: 'group.created', actor, detail: { group: id, name } },
        async (tx, now) => {
          if (parentId !== null) await this.tree.holdPlace(tx, parentId, undefined);
          const group = { id, name, description, parentId, version: 0, createdAt: now, updatedAt: now };
          await this.groups.insert(tx, group);
          return group;
        },
      ),
    );
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

  private async hold(tx: Transaction, id: string, precondition?: Precondition): Promise<HeldGroup> {
    const held = await this.groups.hold(tx, id);
    if (!held) throw unknownGroup(id);
    checkPrecondition(held, precondition);
    return held;
  }
}

/** The members that a change is recorded by. */
const membersOf = ({ name, description, parentId }: HeldGroup): Required<NewGroup> => ({
  name,
  description,
  parent_id: parentId,
});

const given = ({ name, description, parent_id }: Partial<NewGroup>): object =>
  Object.fromEntries(
    Object.entries({ name, description, parent_id }).filter(([, value]) => value !== undefined),
  );

const columnsOf = ({ name, description, parent_id: parentId }: Partial<NewGroup>): Partial<Group> => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
  ...(parentId === undefined ? {} : { parentId }),
});
