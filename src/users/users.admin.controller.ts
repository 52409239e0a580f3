import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  NotFoundException,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { nameOf, type Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { generatePassword } from '../crypto/readable-code.js';
import type { User } from '../persistence/entities/user.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import { changeNothing } from '../resource/request-examples.js';
import { SessionPageDto, toSessionDto } from '../sessions/sessions.dto.js';
import { Sessions } from '../sessions/sessions.js';
import { AdministratorProtection } from './administrator-protection.guard.js';
import { DirectoryOwnership } from './directory-ownership.js';
import { UserAccounts } from './user-accounts.js';
import { UserDeletion } from './user-deletion.js';
import { UserPasswords } from './user-passwords.js';
import {
  CreateUserDto,
  SetPasswordDto,
  toUserDto,
  UpdateUserDto,
  UserDto,
  UserPageDto,
  UsersQuery,
} from './users.dto.js';

const noUser = 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const notThemselves = 'administrators cannot do this to themselves; another administrator can';

/** What Swagger UI fills in is public, so it is another one in each process. */
const examplePassword = generatePassword();

/** The admin API for users and their sessions. For administrators and service clients. */
@ApiTags('Users')
@Controller(`${endpoints.admin}/users`)
export class UsersAdminController {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly passwords: UserPasswords,
    private readonly deletion: UserDeletion,
    private readonly sessions: Sessions,
    private readonly ownership: DirectoryOwnership,
  ) {}

  @Post()
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Create a user',
    status: 201,
    returns: UserDto,
    body: {
      type: CreateUserDto,
      examples: {
        'new user': {
          summary: 'Somebody who chooses a password of their own at the first sign-in',
          value: { username: 'new.user', password: examplePassword, password_change_required: true },
        },
      },
    },
    refuses: { 409: 'the username alice is taken' },
  })
  async createUser(@Body() body: CreateUserDto, @Actor() actor: Originator): Promise<UserDto> {
    return toUserDto(await this.accounts.create(body, actor));
  }

  @Get()
  @AdminRead('users', { summary: 'List users', returns: UserPageDto })
  async listUsers(@Query() query: UsersQuery): Promise<UserPageDto> {
    return toPageDto(await this.users.list(query), toUserDto);
  }

  @Get(':user_id')
  @AdminRead('users', { summary: 'Read a user', returns: UserDto, refuses: { 404: noUser }, tagged: true })
  async readUser(
    @PathId('user_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    return shown(await this.accounts.require(id), reply);
  }

  @Patch(':user_id')
  @AdminWrite('users', {
    ends: ({ params }) => ({ of: 'memberships', userId: params['user_id'] ?? '' }),
    guards: [AdministratorProtection],
    summary: 'Update a user',
    description:
      'Omitted fields keep their values. Another e-mail address ends memberships of organizations that the user has by the domain of the old one, with the grants for them. Administrators cannot remove their own administrator role.',
    returns: UserDto,
    body: {
      type: UpdateUserDto,
      examples: {
        nothing: changeNothing,
        name: { summary: 'Another name', value: { name: 'Alice Archer', given_name: 'Alice' } },
        'verified address': {
          summary: 'Another e-mail address, which is verified',
          value: { email: 'alice@example.com', email_verified: true },
        },
      },
    },
    refuses: {
      404: noUser,
      409: 'another user has this verified e-mail address, or the member belongs to a directory',
      412: true,
    },
    tagged: true,
  })
  async updateUser(
    @PathId('user_id') id: string,
    @Body() changes: UpdateUserDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    if (changes.administrator === false) requireOtherUser(id, actor);
    await this.ownership.requireOwnMembers(await this.accounts.require(id), changes);
    return shown(await this.accounts.update(id, changes, actor, { precondition }), reply);
  }

  @Post(':user_id/disable')
  @AdminWrite('users', {
    ends: ({ params }) => ({ of: 'user', userId: params['user_id'] ?? '' }),
    guards: [AdministratorProtection],
    summary: 'Disable a user',
    description:
      'Ends all sessions of the user and revokes all grants. The user can no longer sign in. If the user had asked to delete the account, it is kept. Administrators cannot disable themselves.',
    returns: UserDto,
    refuses: { 404: noUser, 409: notThemselves, 412: true },
    tagged: true,
  })
  async disableUser(
    @PathId('user_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    requireOtherUser(id, actor);
    return shown(await this.accounts.update(id, { disabled: true }, actor, { precondition }), reply);
  }

  @Post(':user_id/enable')
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Enable a disabled user',
    description: 'If the user had asked to delete the account, it is kept.',
    returns: UserDto,
    refuses: { 404: noUser, 412: true },
    tagged: true,
  })
  async enableUser(
    @PathId('user_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    return shown(await this.accounts.update(id, { disabled: false }, actor, { precondition }), reply);
  }

  @Delete(':user_id')
  @AdminWrite('users', {
    ends: ({ params }) => ({ of: 'user', userId: params['user_id'] ?? '' }),
    guards: [AdministratorProtection],
    summary: 'Delete a user',
    description:
      'Ends all sessions of the user, revokes all grants, and deletes the profile, the password and what the user allowed clients. The audit trail keeps its events under the id of the user, without values of the profile and without browsers. Administrators cannot delete themselves.',
    refuses: { 404: noUser, 409: notThemselves, 412: true },
  })
  async deleteUser(
    @PathId('user_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    requireOtherUser(id, actor);
    await this.deletion.delete(id, actor, { precondition });
  }

  @Put(':user_id/password')
  @AdminWrite('users', {
    ends: ({ params, body }) => ({
      of: 'user',
      userId: params['user_id'] ?? '',
      isOnline: (body as SetPasswordDto | undefined)?.keep_grants === true,
    }),
    guards: [AdministratorProtection],
    summary: "Set a user's password",
    description:
      'Ends all sessions of the user, and revokes all grants with their tokens and pending codes. With `keep_grants`, only those bound to a session are revoked.',
    body: {
      type: SetPasswordDto,
      examples: {
        'to be changed': {
          summary: 'A generated password, which the user changes at the next sign-in',
          value: { password: examplePassword, password_change_required: true },
        },
      },
    },
    refuses: { 404: noUser, 409: 'the password belongs to the directory acme: change it there', 412: true },
  })
  async setUserPassword(
    @PathId('user_id') id: string,
    @Body() body: SetPasswordDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    const { password, keep_grants: keepGrants, password_change_required: changeRequired } = body;
    await this.ownership.requireOwnPassword(id);
    await this.passwords.set(id, password, actor, { keepGrants, changeRequired, precondition });
  }

  @Get(':user_id/sessions')
  @AdminRead('users', {
    summary: "List a user's active sessions",
    returns: SessionPageDto,
    refuses: { 404: noUser },
  })
  async listUserSessions(@PathId('user_id') id: string, @Query() page: PageQuery): Promise<SessionPageDto> {
    await this.accounts.require(id);
    return toPageDto(await this.sessions.pageOfActive(id, page), toSessionDto);
  }

  @Delete(':user_id/sessions/:session_id')
  @AdminWrite('users', {
    ends: ({ params }) => ({
      of: 'session',
      userId: params['user_id'] ?? '',
      sessionId: params['session_id'] ?? '',
    }),
    guards: [AdministratorProtection],
    summary: "End one of a user's sessions",
    description: 'Revokes the tokens bound to the session.',
    refuses: {
      404: 'there is no active session 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00 of the user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00',
    },
  })
  async endUserSession(
    @PathId('user_id') userId: string,
    @PathId('session_id') id: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    if (!(await this.sessions.end(id, userId, actor)))
      throw new NotFoundException(`there is no active session ${id} of the user ${userId}`);
  }
}

/** The user in the response, with the tag of its state. */
function shown(user: User, reply: FastifyReply): UserDto {
  sendEntityTag(reply, user);
  return toUserDto(user);
}

/** Prevents that the last administrator loses access. */
function requireOtherUser(id: string, actor: Originator): void {
  if (nameOf(actor) === `user:${id}`) throw new ConflictException(notThemselves);
}
