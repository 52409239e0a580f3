import { ForbiddenException, Injectable } from '@nestjs/common';
import { unknownGroup } from '../../directory/directory-refusals.js';
import { GroupMembers } from '../../directory/group-members.js';
import { RoleOwners } from '../../directory/role-owners.js';
import type { RoleReference } from '../../directory/role-reference.js';
import { Roles } from '../../directory/roles.js';
import { SecondFactorGroups } from '../../directory/second-factor-groups.js';
import { invalidField } from '../../http/invalid-fields.js';
import type { Group } from '../../persistence/entities/group.entity.js';
import { GroupsStore } from '../../persistence/stores/groups.store.js';
import { RolesStore } from '../../persistence/stores/roles.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { adminScope, writeScope } from '../../resource/rights.js';
import type { Moment } from '../user-writes.js';
import type { ImportedUserDto } from './imported-user.dto.js';

/** What a row says of groups and roles, by their ids; undefined if they stay as they are. */
export interface WantedMemberships {
  readonly groups: readonly Pick<Group, 'id' | 'name'>[] | undefined;
  readonly roles: readonly string[] | undefined;
}

/** Makes users members of the groups of a row, and gives them its roles. A list is all of it. */
@Injectable()
export class ImportedMemberships {
  constructor(
    private readonly groups: GroupsStore,
    private readonly members: GroupMembers,
    private readonly secondFactor: SecondFactorGroups,
    private readonly roleStore: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
  ) {}

  /**
   * Finds what a row names, before the transaction.
   * @throws BadRequestException if there is no such group or role
   * @throws ForbiddenException if the scopes do not suffice
   */
  async resolve(
    { groups, roles }: Pick<ImportedUserDto, 'groups' | 'roles'>,
    scopes: ReadonlySet<string>,
  ): Promise<WantedMemberships> {
    if (groups !== undefined) requireScope(scopes, writeScope('groups'), 'groups');
    if (roles !== undefined) requireScope(scopes, writeScope('roles'), 'roles');
    return {
      groups: groups && (await this.groupsNamed(groups)),
      roles: roles && (await this.rolesNamed(roles)),
    };
  }

  /**
   * @returns whether anything changed
   * @throws NotFoundException if a group or role was deleted meanwhile
   * @throws ForbiddenException if the scopes do not suffice
   */
  async apply(
    tx: Transaction,
    userId: string,
    { groups, roles }: WantedMemberships,
    moment: Moment,
    scopes: ReadonlySet<string>,
  ): Promise<boolean> {
    const inGroups = groups !== undefined && (await this.applyGroups(tx, userId, groups, moment, scopes));
    const withRoles = roles !== undefined && (await this.applyRoles(tx, userId, roles, moment));
    return inGroups || withRoles;
  }

  private async applyGroups(
    tx: Transaction,
    userId: string,
    wanted: NonNullable<WantedMemberships['groups']>,
    moment: Moment,
    scopes: ReadonlySet<string>,
  ): Promise<boolean> {
    const present = await this.groups.sourcesOf(userId, tx);
    const added = wanted.filter(({ id }) => !present.some((group) => group.id === id));
    const removed = present.filter(({ id }) => !wanted.some((group) => group.id === id));
    for (const { id } of removed)
      if (!scopes.has(adminScope.write) && (await this.secondFactor.askedBy(id)))
        throw new ForbiddenException(
          'only administrators can take people out of a group that asks for a second factor',
        );
    // In one order, so that transactions wait for each other in one direction.
    const changed = [...added, ...removed].toSorted((left, right) => (left.id < right.id ? -1 : 1));
    for (const { id, name } of changed) {
      if (!(await this.groups.hold(tx, id))) throw unknownGroup(id);
      if (added.some((group) => group.id === id))
        await this.members.addWithin(tx, { id, name }, [userId], moment);
      else await this.members.removeWithin(tx, { id, name }, [userId], moment);
      await this.groups.update(tx, id, { updatedAt: moment.now });
    }
    return changed.length > 0;
  }

  private async applyRoles(
    tx: Transaction,
    userId: string,
    wanted: readonly string[],
    moment: Moment,
  ): Promise<boolean> {
    const holder = { kind: 'user', id: userId } as const;
    const present = await this.roleStore.givenTo(holder, tx);
    const changed = [
      ...wanted.filter((id) => !present.includes(id)),
      ...present.filter((id) => !wanted.includes(id)),
    ].toSorted();
    for (const id of changed) {
      if (wanted.includes(id)) await this.roles.giveWithin(tx, id, holder, moment);
      else await this.roles.takeWithin(tx, id, holder, moment);
    }
    return changed.length > 0;
  }

  private async groupsNamed(names: readonly string[]): Promise<Pick<Group, 'id' | 'name'>[]> {
    const found = await this.groups.named(names);
    const unknown = names.find((name) => !found.some((group) => group.name === name));
    if (unknown !== undefined) throw invalidField('groups', `has ${unknown}, which is no group`);
    return found;
  }

  private async rolesNamed(references: readonly RoleReference[]): Promise<string[]> {
    const ids = new Set<string>();
    for (const reference of references) ids.add(await this.idOf(reference));
    return [...ids];
  }

  private async idOf({ name, ...named }: RoleReference): Promise<string> {
    const owner = await this.owners.find(named);
    const role = owner && (await this.roleStore.findByName(owner, name));
    if (!role) throw invalidField('roles', `has ${name}, which is no role`);
    return role.id;
  }
}

/** @throws ForbiddenException */
function requireScope(scopes: ReadonlySet<string>, scope: string, member: string): void {
  if (!scopes.has(scope)) throw new ForbiddenException(`${member} needs the scope ${scope}`);
}
