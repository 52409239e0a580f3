import { Injectable } from '@nestjs/common';
import { type MemberChanges, memberChanges } from '../audit/member-changes.js';
import { UserAttributes } from '../directory/attributes/user-attributes.js';
import { GroupMembers } from '../directory/group-members.js';
import { RoleOwners } from '../directory/role-owners.js';
import { Roles } from '../directory/roles.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { MembershipsStore } from '../persistence/stores/memberships.store.js';
import { type RoleHolder, RolesStore } from '../persistence/stores/roles.store.js';
import type { Configuration } from './configuration-file.js';
import { actor } from './configured-kind.js';
import { roleKey, type RoleReference } from '../directory/role-reference.js';

/** What a user has by the directory: groups, roles and attributes. A list of groups or roles in a file is all of it. */
@Injectable()
export class Affiliations {
  constructor(
    private readonly groups: GroupsStore,
    private readonly memberships: MembershipsStore,
    private readonly members: GroupMembers,
    private readonly store: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
    private readonly attributes: UserAttributes,
  ) {}

  /** The roles of a user or a group, as a file names them. */
  async rolesOf(holder: RoleHolder): Promise<(string | RoleReference)[]> {
    return (await this.referencesOf(holder)).map(shortForm);
  }

  /** The names of the groups that a user is a member of itself. */
  async groupsOf(userId: string): Promise<string[]> {
    const ids = await this.memberships.directGroups(userId);
    const groups = await Promise.all(ids.map((id) => this.groups.find(id)));
    return groups.flatMap((group) => group?.name ?? []).toSorted();
  }

  /**
   * What applying a list of roles would change.
   * @param holder undefined if it does not exist yet
   */
  async changedRoles(
    holder: RoleHolder | undefined,
    wanted: readonly RoleReference[] | undefined,
  ): Promise<MemberChanges | undefined> {
    if (wanted === undefined) return undefined;
    const present = holder ? await this.referencesOf(holder) : [];
    return changedList('roles', present.map(roleKey), wanted.map(roleKey), {
      from: present.map(shortForm),
      to: wanted.map(shortForm),
    });
  }

  /** The same for the groups of a user. */
  async changedGroups(
    userId: string | undefined,
    wanted: readonly string[] | undefined,
  ): Promise<MemberChanges | undefined> {
    if (wanted === undefined) return undefined;
    const present = userId === undefined ? [] : await this.groupsOf(userId);
    return changedList('groups', present, wanted, { from: present, to: wanted });
  }

  /** The same for the values of attributes. Those that are not named stay. */
  async changedAttributes(
    userId: string | undefined,
    wanted: Readonly<Record<string, unknown>> | undefined,
  ): Promise<MemberChanges | undefined> {
    if (wanted === undefined) return undefined;
    const changes = memberChanges(userId === undefined ? {} : await this.attributes.of(userId), wanted);
    return (
      changes &&
      Object.fromEntries(Object.entries(changes).map(([name, change]) => [`attributes.${name}`, change]))
    );
  }

  async attributesOf(userId: string): Promise<object> {
    return this.attributes.of(userId);
  }

  async applyToUser(
    userId: string,
    { groups, roles, attributes }: Pick<Configuration['users'][number], 'groups' | 'roles' | 'attributes'>,
  ): Promise<void> {
    if (groups !== undefined) await this.applyGroups(userId, groups);
    await this.applyRoles({ kind: 'user', id: userId }, roles);
    if (attributes !== undefined) await this.attributes.change(userId, attributes, actor);
  }

  async applyRoles(holder: RoleHolder, references: readonly RoleReference[] | undefined): Promise<void> {
    if (references === undefined) return;
    const wanted = await Promise.all(references.map((reference) => this.idOfRole(reference)));
    const { added, removed } = difference(await this.store.givenTo(holder), wanted);
    for (const id of added) await this.roles.give(id, holder, actor);
    for (const id of removed) await this.roles.take(id, holder, actor);
  }

  private async applyGroups(userId: string, names: readonly string[]): Promise<void> {
    const wanted = await Promise.all(names.map((name) => this.idOfGroup(name)));
    const { added, removed } = difference(await this.memberships.directGroups(userId), wanted);
    for (const id of added) await this.members.add(id, userId, actor);
    for (const id of removed) await this.members.remove(id, userId, actor);
  }

  private async referencesOf(holder: RoleHolder): Promise<RoleReference[]> {
    const ids = await this.store.givenTo(holder);
    const roles = (await Promise.all(ids.map((id) => this.store.find(id)))).filter((role) => role !== null);
    const owners = await this.owners.nameAll(roles);
    return roles.map(({ name }, index) => ({ name, ...owners[index] }));
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

/** A role of the service by its name alone. */
const shortForm = ({ name, client_id, resource }: RoleReference): string | RoleReference =>
  client_id === undefined && resource === undefined
    ? name
    : { name, ...(client_id === undefined ? { resource } : { client_id }) };

const difference = (present: readonly string[], wanted: readonly string[]) => ({
  added: [...new Set(wanted)].filter((id) => !present.includes(id)),
  removed: present.filter((id) => !wanted.includes(id)),
});

/** A change of a list whose order does not count. */
function changedList(
  member: string,
  present: readonly string[],
  wanted: readonly string[],
  shown: { readonly from: unknown; readonly to: unknown },
): MemberChanges | undefined {
  const { added, removed } = difference(present, wanted);
  return added.length + removed.length > 0 ? { [member]: shown } : undefined;
}
