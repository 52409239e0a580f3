import { Controller, Delete, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { AuthenticatorsStore } from '../persistence/stores/authenticators.store.js';
import { PasskeysStore } from '../persistence/stores/passkeys.store.js';
import { UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { AdministratorProtection } from './administrator-protection.guard.js';
import { FactorRemoval } from './factor-removal.js';
import { toUserFactorsDto, UserFactorsDto } from './factors.dto.js';
import { UserAccounts } from './user-accounts.js';

const noUser = 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The admin API for what users sign in with. For administrators and service clients. */
@ApiTags('Users')
@Controller(`${endpoints.admin}/users/:user_id/factors`)
export class FactorsAdminController {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly userFactors: UserFactorsStore,
    private readonly authenticators: AuthenticatorsStore,
    private readonly passkeys: PasskeysStore,
    private readonly removal: FactorRemoval,
  ) {}

  @Get()
  @AdminRead('users', {
    summary: 'Show what a user signs in with',
    description: 'Password, authenticator app, passkeys and recovery codes; never their secrets.',
    returns: UserFactorsDto,
    refuses: { 404: noUser },
  })
  async showUserFactors(@PathId('user_id') id: string): Promise<UserFactorsDto> {
    await this.accounts.require(id);
    return toUserFactorsDto(
      await this.userFactors.of(id),
      await this.authenticators.find(id),
      await this.passkeys.of(id),
    );
  }

  @Delete()
  @AdminWrite('users', {
    ends: ({ params }) => ({ of: 'user', userId: params['user_id'] ?? '', isOnline: true }),
    guards: [AdministratorProtection],
    summary: "Remove a user's second factors",
    description:
      'For a user who has lost them. Removes the authenticator app, the passkeys and the recovery codes, and ends all sessions. The user signs in with the password alone, and sets up new factors.',
    refuses: { 404: noUser, 409: 'the user has no password to sign in with: set one first' },
  })
  async resetUserFactors(@PathId('user_id') id: string, @Actor() actor: Originator): Promise<void> {
    await this.removal.reset(id, actor);
  }
}
