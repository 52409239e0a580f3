import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { type NamedOwner, RoleOwners } from '../directory/role-owners.js';
import { Roles } from '../directory/roles.js';
import { everyPage } from '../persistence/page.js';
import type { Role } from '../persistence/entities/role.entity.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';
import { roleKey } from '../directory/role-reference.js';

type Entry = Configuration['roles'][number];

/** The roles of files. */
@Injectable()
export class ConfiguredRoles implements ConfiguredKind {
  readonly section = 'roles';

  constructor(
    private readonly store: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
  ) {}

  plan({ roles }: Configuration): Promise<PlannedItem[]> {
    return planEach(roles, (role) => this.planOne(role));
  }

  async surplus({ roles }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(roles.map(roleKey));
    const others = (await this.all()).filter(({ reference }) => !named.has(roleKey(reference)));
    return others.map(({ role: { id, name } }) =>
      deletionOf({ kind: 'role', name, perform: () => this.roles.delete(id, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    return (await this.all()).map(({ role: { description }, reference }) => ({
      ...reference,
      ...(description !== null && { description }),
    }));
  }

  private async planOne(role: Entry): Promise<PlannedItem> {
    const { name, description } = role;
    const kind = 'role';
    const owner = await this.owners.find(role);
    const present = owner && (await this.store.findByName(owner, name));
    if (!present) {
      const { name: _name, ...members } = role;
      const changes = memberChanges({}, members) ?? {};
      return { kind, name, outcome: 'created', changes, perform: () => this.roles.create(role, actor) };
    }
    const perform = (): Promise<unknown> => this.roles.update(present.id, { description }, actor);
    const changes = description === undefined ? undefined : memberChanges(present, { description });
    return planOf({ kind, name, perform }, changes);
  }

  /** All roles, with the names that an entry has for them. */
  private async all(): Promise<
    { readonly role: Role; readonly reference: NamedOwner & { readonly name: string } }[]
  > {
    const all = await everyPage((page) => this.store.list(page));
    const owners = await this.owners.nameAll(all);
    return all.map((role, index) => ({ role, reference: { name: role.name, ...owners[index] } }));
  }
}
