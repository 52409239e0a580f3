import { Injectable } from '@nestjs/common';
import { RoleOwners } from '../../directory/role-owners.js';
import { GroupMember } from '../../persistence/entities/group-member.entity.js';
import { UserRole } from '../../persistence/entities/user-role.entity.js';
import { MembershipsStore } from '../../persistence/stores/memberships.store.js';
import type { DataSection } from './data-section.js';

/** The groups that the person is a member of, and the roles that they have. */
@Injectable()
export class DirectoryData {
  readonly sections: readonly DataSection[] = [
    { name: 'memberships', from: [GroupMember, UserRole], read: (userId) => this.memberships(userId) },
  ];

  constructor(
    private readonly store: MembershipsStore,
    private readonly owners: RoleOwners,
  ) {}

  private async memberships(userId: string): Promise<object> {
    const { groups, roles } = await this.store.of(userId);
    const owners = await this.owners.nameAll(roles);
    return {
      groups: groups.map(({ name }) => name),
      roles: roles.map(({ name }, index) => ({ name, ...owners[index] })),
    };
  }
}
