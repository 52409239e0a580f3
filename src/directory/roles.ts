import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import type { Role } from '../persistence/entities/role.entity.js';
import { newId } from '../persistence/id.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { type HeldRole, type RoleHolder, RolesStore } from '../persistence/stores/roles.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { refusingTaken, unknownGroup, unknownRole, unknownUser } from './directory-refusals.js';
import { type NamedOwner, RoleOwners } from './role-owners.js';

/** What can be changed of a role. */
export interface RoleChanges {
  readonly name?: string;
  readonly description?: string | null;
}

/** A role to be created. */
export interface NewRole extends RoleChanges, NamedOwner {
  readonly name: string;
}

/** Who changes something, and when. */
interface Moment {
  readonly actor: Originator;
  readonly now: number;
}

/** Creates, changes and deletes roles, gives and takes them. `actor` is the actor in the audit trail. */
@Injectable()
export class Roles {
  constructor(
    private readonly roles: RolesStore,
    private readonly groups: GroupsStore,
    private readonly users: UsersStore,
    private readonly owners: RoleOwners,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(id: string): Promise<Role> {
    const role = await this.roles.find(id);
    if (!role) throw unknownRole(id);
    return role;
  }

  /**
   * @throws BadRequestException if the owner is not there
   * @throws ConflictException if the owner has a role of that name
   */
  async create({ name, description = null, ...named }: NewRole, actor: Originator): Promise<Role> {
    const id = newId();
    const ownerName = named.client_id ?? named.resource;
    return refusingTaken(name, () =>
      this.changes.change<Role>(
        { event: 'role.created', actor, detail: { role: id, name, owner: ownerName } },
        async (tx, now) => {
          const owner = await this.owners.hold(tx, named);
          const role = { id, name, description, ...owner, version: 0, createdAt: now, updatedAt: now };
          await this.roles.insert(tx, role);
          return role;
        },
      ),
    );
  }

  /**
   * @throws NotFoundException
   * @throws ConflictException if the owner has another role of that name
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    { name, description }: RoleChanges,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<Role> {
    const given = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    };
    await refusingTaken(name, () =>
      this.changes.change([], async (tx, now) => {
        const changes = memberChanges(await this.hold(tx, id, precondition), given);
        if (!changes) return;
        await this.roles.update(tx, id, { ...given, updatedAt: now });
        await this.changes.record(tx, { event: 'role.updated', actor, detail: { role: id, changes } }, now);
      }),
    );
    return this.require(id);
  }

  /**
   * Deletes a role, and takes it from everybody.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(id: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      (name: string) => ({ event: 'role.deleted', actor, detail: { role: id, name } }),
      async (tx) => {
        const { name } = await this.hold(tx, id, precondition);
        await this.roles.delete(tx, id);
        return name;
      },
    );
  }

  /** Does nothing if the holder has the role already. @throws NotFoundException */
  async give(id: string, holder: RoleHolder, actor: Originator): Promise<void> {
    await this.changes.change([], (tx, now) => this.giveWithin(tx, id, holder, { actor, now }));
  }

  /**
   * Gives a role as a part of a transaction.
   * @returns whether the holder did not have it
   * @throws NotFoundException
   */
  async giveWithin(tx: Transaction, id: string, holder: RoleHolder, moment: Moment): Promise<boolean> {
    const { name } = await this.hold(tx, id);
    await this.holdHolder(tx, holder);
    if (!(await this.roles.give(tx, id, holder, moment.now))) return false;
    const about = aboutHolder({ id, name }, holder);
    await this.changes.record(tx, { event: 'role.given', actor: moment.actor, ...about }, moment.now);
    return true;
  }

  /** Does nothing if the holder does not have the role. @throws NotFoundException */
  async take(id: string, holder: RoleHolder, actor: Originator): Promise<void> {
    await this.changes.change([], (tx, now) => this.takeWithin(tx, id, holder, { actor, now }));
  }

  /**
   * Takes a role as a part of a transaction.
   * @returns whether the holder had it
   * @throws NotFoundException
   */
  async takeWithin(tx: Transaction, id: string, holder: RoleHolder, moment: Moment): Promise<boolean> {
    const { name } = await this.hold(tx, id);
    if (!(await this.roles.take(tx, id, holder))) return false;
    const about = aboutHolder({ id, name }, holder);
    await this.changes.record(tx, { event: 'role.taken', actor: moment.actor, ...about }, moment.now);
    return true;
  }

  private async hold(tx: Transaction, id: string, precondition?: Precondition): Promise<HeldRole> {
    const held = await this.roles.hold(tx, id);
    if (!held) throw unknownRole(id);
    checkPrecondition(held, precondition);
    return held;
  }

  /** @throws NotFoundException */
  private async holdHolder(tx: Transaction, { kind, id }: RoleHolder): Promise<void> {
    if (kind === 'user') {
      if (!(await this.users.hold(tx, id))) throw unknownUser(id);
    } else if (!(await this.groups.hold(tx, id))) throw unknownGroup(id);
  }
}

/** What an event says of who has a role. */
const aboutHolder = ({ id: role, name }: Pick<Role, 'id' | 'name'>, { kind, id }: RoleHolder) => ({
  userId: kind === 'user' ? id : null,
  detail: { role, name, group: kind === 'group' ? id : undefined },
});
