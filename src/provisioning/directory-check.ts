import { Injectable } from '@nestjs/common';
import { maxGroupDepth } from '../directory/group-tree.js';
import { type NamedOwner, RoleOwners } from '../directory/role-owners.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import { namesUri } from '../protocol/uri.js';
import type { Configuration } from './configuration-file.js';
import { PlannedGroups } from './planned-groups.js';
import type { Path, Problem } from './problems.js';
import { roleKey, type RoleReference } from './role-reference.js';

/** Checks the roles and groups of a configuration, and what its users have of them, against the database. */
@Injectable()
export class DirectoryCheck {
  constructor(
    private readonly groups: GroupsStore,
    private readonly roles: RolesStore,
    private readonly owners: RoleOwners,
  ) {}

  async problems(configuration: Configuration): Promise<Problem[]> {
    const problems: Problem[] = [];
    const refuse = (path: Path, reason: string): void => void problems.push({ path, reason });
    for (const [index, role] of configuration.roles.entries()) {
      const fault = await this.ownerFault(role, configuration);
      if (fault) refuse(['roles', index, fault.field], fault.reason);
    }
    await this.checkGroups(configuration, refuse);
    for (const [index, { groups = [], roles = [] }] of configuration.users.entries()) {
      for (const [place, name] of groups.entries())
        if (!(await this.hasGroup(name, configuration)))
          refuse(['users', index, 'groups', place], 'is not the name of a group');
      await this.checkReferences(roles, ['users', index], configuration, refuse);
    }
    return problems;
  }

  private async checkGroups(configuration: Configuration, refuse: Refuse): Promise<void> {
    const planned = await PlannedGroups.after(configuration.groups, this.groups);
    for (const [index, { name, parent, roles = [] }] of configuration.groups.entries()) {
      await this.checkReferences(roles, ['groups', index], configuration, refuse);
      const place = ['groups', index, 'parent'];
      const level = planned.levelOf(name);
      if (typeof parent === 'string' && !planned.has(parent)) refuse(place, 'is not the name of a group');
      else if (level === Infinity) refuse(place, 'would have the group stand below itself');
      else if (level > maxGroupDepth)
        refuse(place, `would nest groups more than ${maxGroupDepth} levels deep`);
    }
  }

  private async checkReferences(
    references: readonly RoleReference[],
    path: Path,
    configuration: Configuration,
    refuse: Refuse,
  ): Promise<void> {
    for (const [place, reference] of references.entries())
      if (!(await this.hasRole(reference, configuration)))
        refuse([...path, 'roles', place], 'names no role that there is');
  }

  private async hasGroup(name: string, { groups }: Configuration): Promise<boolean> {
    return groups.some((group) => group.name === name) || (await this.groups.findByName(name)) !== null;
  }

  private async hasRole(reference: RoleReference, { roles }: Configuration): Promise<boolean> {
    if (roles.some((role) => roleKey(role) === roleKey(reference))) return true;
    const owner = await this.owners.find(reference);
    return owner !== undefined && (await this.roles.findByName(owner, reference.name)) !== null;
  }

  private async ownerFault(
    { client_id, resource }: NamedOwner,
    { clients, resources }: Configuration,
  ): Promise<{ readonly field: string; readonly reason: string } | undefined> {
    if (client_id !== undefined && resource !== undefined)
      return { field: 'resource', reason: 'does not go with client_id: a role has one owner' };
    const isInFile =
      clients.some((client) => client.client_id === client_id) ||
      (resource !== undefined &&
        namesUri(
          resources.map(({ identifier }) => identifier),
          resource,
        ));
    if (isInFile || (await this.owners.find({ client_id, resource }))) return undefined;
    return client_id === undefined
      ? { field: 'resource', reason: 'is not the identifier of a resource' }
      : { field: 'client_id', reason: 'is not the client_id of a client' };
  }
}

type Refuse = (path: Path, reason: string) => void;
