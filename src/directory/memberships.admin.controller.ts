import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { MembershipsStore } from '../persistence/stores/memberships.store.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { AdminRead } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { unknownUser } from './directory-refusals.js';
import { MembershipsDto } from './memberships.dto.js';
import { RoleOwners } from './role-owners.js';

/** The admin API for what a user is a member of. For administrators and service clients. */
@ApiTags('Groups')
@Controller(`${endpoints.admin}/users/:user_id/memberships`)
export class MembershipsAdminController {
  constructor(
    private readonly memberships: MembershipsStore,
    private readonly roles: RolesStore,
    private readonly users: UsersStore,
    private readonly owners: RoleOwners,
  ) {}

  @Get()
  @AdminRead('groups', {
    summary: 'Read the groups and roles of a user',
    description:
      'All of them: the groups above those that the user was added to, and the roles of all groups.',
    returns: MembershipsDto,
    refuses: { 404: 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00' },
  })
  async readUserMemberships(@PathId('user_id') userId: string): Promise<MembershipsDto> {
    if (!(await this.users.find(userId))) throw unknownUser(userId);
    const [{ groups, roles }, directGroups, directRoles] = await Promise.all([
      this.memberships.of(userId),
      this.memberships.directGroups(userId),
      this.roles.givenTo({ kind: 'user', id: userId }),
    ]);
    const owners = await this.owners.nameAll(roles);
    return {
      groups: groups.map(({ id, name }) => ({ id, name, direct: directGroups.includes(id) })),
      roles: roles.map(({ id, name }, index) => ({
        id,
        name,
        ...owners[index],
        direct: directRoles.includes(id),
      })),
    };
  }
}
