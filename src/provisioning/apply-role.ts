import { Injectable } from '@nestjs/common';
import { RoleOwners } from '../directory/role-owners.js';
import { Roles } from '../directory/roles.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import { actor, type Outcome } from './applied-item.js';
import type { Configuration } from './configuration-file.js';

/** Applies a role of the file. */
@Injectable()
export class ApplyRole {
  constructor(
    private readonly store: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
  ) {}

  async apply(role: Configuration['roles'][number]): Promise<Outcome> {
    const { name, description } = role;
    const owner = await this.owners.find(role);
    const present = owner && (await this.store.findByName(owner, name));
    if (!present) {
      await this.roles.create(role, actor);
      return 'created';
    }
    if (description === undefined || description === present.description) return 'unchanged';
    await this.roles.update(present.id, { description }, actor);
    return 'updated';
  }
}
