import { Controller, Delete, Get, NotFoundException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathId } from '../../resource/path-parameters.js';
import { AdministratorProtection } from '../../users/administrator-protection.guard.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { IdentityListDto, toIdentityDto } from './identities.dto.js';
import { IdentityRemoval } from './identity-removal.js';

const noUser = 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The admin API for the accounts of users at upstreams. For administrators and service clients. */
@ApiTags('Users')
@Controller(`${endpoints.admin}/users/:user_id/identities`)
export class IdentitiesAdminController {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly identities: IdentitiesStore,
    private readonly removal: IdentityRemoval,
  ) {}

  @Get()
  @AdminRead('users', {
    summary: 'List the accounts of a user at upstreams',
    returns: IdentityListDto,
    refuses: { 404: noUser },
  })
  async listUserIdentities(@PathId('user_id') id: string): Promise<IdentityListDto> {
    await this.accounts.require(id);
    return { items: (await this.identities.of(id)).map(toIdentityDto) };
  }

  @Delete(':identity_id')
  @AdminWrite('users', {
    ends: ({ params }) => ({ of: 'memberships', userId: params['user_id'] ?? '' }),
    guards: [AdministratorProtection],
    summary: 'Unlink an account of a user at an upstream',
    description:
      'Even if the user has no other way to sign in. Ends memberships of organizations that the user has by the upstream alone, with the grants for them.',
    refuses: { 404: noUser },
  })
  async deleteUserIdentity(
    @PathId('user_id') userId: string,
    @PathId('identity_id') id: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.accounts.require(userId);
    if ((await this.removal.remove(userId, id, actor, true)) !== 'removed')
      throw new NotFoundException(`the user ${userId} has no identity ${id}`);
  }
}
