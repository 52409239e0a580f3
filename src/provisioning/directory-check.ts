import { Injectable } from '@nestjs/common';
import { maxGroupDepth } from '../directory/group-tree.js';
import { RoleOwners } from '../directory/role-owners.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import type { Configuration } from './configuration-file.js';
import { OwnerCheck } from './owner-check.js';
import type { Intention, PartCheck } from './part-check.js';
import { PlannedGroups } from './planned-groups.js';
import type { Path, Problem } from './problems.js';
import { roleKey, type RoleReference } from '../directory/role-reference.js';

/** Checks the roles, groups and organizations of a configuration, and what its users have of them, against the database. */
@Injectable()
export class DirectoryCheck implements PartCheck {
  constructor(
    private readonly groups: GroupsStore,
    private readonly roles: RolesStore,
    private readonly owners: RoleOwners,
    private readonly ownerCheck: OwnerCheck,
  ) {}

  async problems(configuration: Configuration, { prune }: Pick<Intention, 'prune'>): Promise<Problem[]> {
    const intended = { configuration, prune };
    const problems: Problem[] = [];
    const refuse = (path: Path, reason: string): void => void problems.push({ path, reason });
    for (const [index, role] of configuration.roles.entries()) {
      const { client_id, resource } = role;
      const fault =
        client_id !== undefined && resource !== undefined
          ? { field: 'resource', reason: 'does not go with client_id: a role has one owner' }
          : await this.ownerCheck.fault({ client_id, resource }, configuration);
      if (fault) refuse(['roles', index, fault.field], fault.reason);
    }
    await this.checkGroups(intended, refuse);
    for (const [index, { groups = [], roles = [] }] of configuration.users.entries()) {
      for (const [place, name] of groups.entries())
        if (!(await this.hasGroup(name, intended)))
          refuse(['users', index, 'groups', place], 'is not the name of a group');
      await this.checkReferences(roles, ['users', index], intended, refuse);
    }
    return problems;
  }

  private async checkGroups(intended: Intended, refuse: Refuse): Promise<void> {
    const { configuration, prune } = intended;
    const planned = await PlannedGroups.after(
      configuration.groups,
      this.groups,
      prune.includes('groups') ? [] : undefined,
    );
    for (const [index, { name, parent, roles = [] }] of configuration.groups.entries()) {
      await this.checkReferences(roles, ['groups', index], intended, refuse);
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
    intended: Intended,
    refuse: Refuse,
  ): Promise<void> {
    for (const [place, reference] of references.entries())
      if (!(await this.hasRole(reference, intended)))
        refuse([...path, 'roles', place], 'names no role that there is');
  }

  private async hasGroup(name: string, { configuration, prune }: Intended): Promise<boolean> {
    if (configuration.groups.some((group) => group.name === name)) return true;
    return !prune.includes('groups') && (await this.groups.findByName(name)) !== null;
  }

  private async hasRole(reference: RoleReference, { configuration, prune }: Intended): Promise<boolean> {
    if (configuration.roles.some((role) => roleKey(role) === roleKey(reference))) return true;
    if (prune.includes('roles')) return false;
    const owner = await this.owners.find(reference);
    return owner !== undefined && (await this.roles.findByName(owner, reference.name)) !== null;
  }
}

/** The configuration, and the sections whose other entries will be deleted. */
interface Intended extends Pick<Intention, 'prune'> {
  readonly configuration: Configuration;
}

type Refuse = (path: Path, reason: string) => void;
