import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { Actor, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { AdministratorProtection } from './administrator-protection.guard.js';
import { UserEmails } from './user-emails.js';
import { UserInvitations } from './user-invitations.js';
import { InviteUserDto } from './user-mails.dto.js';
import { toUserDto, UserDto } from './users.dto.js';

const noUser = 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const noMail = 'mail cannot be sent: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM';

/** The part of the admin API for users that mails links to them. For administrators and service clients. */
@ApiTags('Users')
@Controller(`${endpoints.admin}/users`)
export class UserMailsAdminController {
  constructor(
    private readonly invitations: UserInvitations,
    private readonly emails: UserEmails,
  ) {}

  @Post('invitations')
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Invite a user',
    description:
      'Creates a user without a password, and mails a link to choose one. The link works once, for `EYRIE_INVITATION_TTL`. The e-mail address counts as verified once it was used.',
    status: 201,
    returns: UserDto,
    body: {
      type: InviteUserDto,
      examples: {
        'new user': {
          summary: 'Somebody who chooses a password by mail',
          value: { username: 'invited.user', email: 'invited.user@example.com' },
        },
      },
    },
    refuses: { 409: noMail },
  })
  async inviteUser(@Body() body: InviteUserDto, @Actor() actor: Originator): Promise<UserDto> {
    return toUserDto(await this.invitations.invite(body, actor));
  }

  @Post(':user_id/invitation')
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Mail another invitation',
    description: 'For a user who has no password yet. Invitations that were mailed before stay usable.',
    refuses: { 404: noUser, 409: 'the user has a password already' },
  })
  async repeatInvitation(@PathId('user_id') id: string, @Actor() actor: Originator): Promise<void> {
    await this.invitations.repeat(id, actor);
  }

  @Post(':user_id/email-verification')
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Have a user verify the e-mail address',
    description: 'Mails a link to the e-mail address. It works once, for a day.',
    refuses: { 404: noUser, 409: 'the e-mail address is verified already' },
  })
  async askToVerifyEmail(@PathId('user_id') id: string, @Actor() actor: Originator): Promise<void> {
    await this.emails.askToVerify(id, { actor });
  }
}
