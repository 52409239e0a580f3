import { Injectable } from '@nestjs/common';
import { GroupMembers } from '../directory/group-members.js';
import { RoleOwners } from '../directory/role-owners.js';
import { Roles } from '../directory/roles.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { MembershipsStore } from '../persistence/stores/memberships.store.js';
import { type RoleHolder, RolesStore } from '../persistence/stores/roles.store.js';
import { actor } from './applied-item.js';
import type { Configuration } from './configuration-file.js';
import type { RoleReference } from './role-reference.js';

/** Applies which groups a user is in, and which roles a user or a group is given. A list in the file is all of it. */
@Injectable()
export class ApplyAffiliations {
  constructor(
    private readonly groups: GroupsStore,
    private readonly memberships: MembershipsStore,
    private readonly members: GroupMembers,
    private readonly store: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
  ) {}

  /** @returns whether something changed */
  async applyToUser(
    userId: string,
    { groups, roles }: Pick<Configuration['users'][number], 'groups' | 'roles'>,
  ): Promise<boolean> {
    const inOthers = groups !== undefined && (await this.applyGroups(userId, groups));
    return (await this.applyRoles({ kind: 'user', id: userId }, roles)) || inOthers;
  }

  /** @returns whether something changed */
  async applyRoles(holder: RoleHolder, references: readonly RoleReference[] | undefined): Promise<boolean> {
    if (references === undefined) return false;
    const wanted = await Promise.all(references.map((reference) => this.idOfRole(reference)));
    const present = await this.store.givenTo(holder);
    const { added, removed } = difference(present, wanted);
    for (const id of added) await this.roles.give(id, holder, actor);
    for (const id of removed) await this.roles.take(id, holder, actor);
    return added.length + removed.length > 0;
  }

  private async applyGroups(userId: string, names: readonly string[]): Promise<boolean> {
    const wanted = await Promise.all(names.map((name) => this.idOfGroup(name)));
    const { added, removed } = difference(await this.memberships.directGroups(userId), wanted);
    for (const id of added) await this.members.add(id, userId, actor);
    for (const id of removed) await this.members.remove(id, userId, actor);
    return added.length + removed.length > 0;
  }

  private async idOfGroup(name: string): Promise<string> {
    const group = await this.groups.findByName(name);
    if (!group) throw new Error(`the group ${name} was deleted while the file was applied`);
    return group.id;
  }

  private async idOfRole({ name, ...named }: RoleReference): Promise<string> {
    const owner = await this.owners.find(named);
    const role = owner && (await this.store.findByName(owner, name));
    if (!role) throw new Error(`the role ${name} was deleted while the file was applied`);
    return role.id;
  }
}

const difference = (present: readonly string[], wanted: readonly string[]) => ({
  added: [...new Set(wanted)].filter((id) => !present.includes(id)),
  removed: present.filter((id) => !wanted.includes(id)),
});
