import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { UserAttributes } from '../directory/attributes/user-attributes.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { changeNothing } from '../resource/request-examples.js';
import { AdministratorProtection } from './administrator-protection.guard.js';
import { UserAccounts } from './user-accounts.js';
import { DirectoryOwnership } from './directory-ownership.js';
import { UpdateUserAttributesDto, UserAttributesDto } from './user-attributes.dto.js';

const noUser = 'there is no user 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The admin API for the values that users have of attributes. For administrators and service clients. */
@ApiTags('Users')
@Controller(`${endpoints.admin}/users/:user_id/attributes`)
export class UserAttributesAdminController {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly attributes: UserAttributes,
    private readonly ownership: DirectoryOwnership,
  ) {}

  @Get()
  @AdminRead('users', {
    summary: 'Read the attributes of a user',
    description: 'What `/admin/attributes` defines beside the standard members.',
    returns: UserAttributesDto,
    refuses: { 404: noUser },
    tagged: true,
  })
  async readUserAttributes(
    @PathId('user_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserAttributesDto> {
    sendEntityTag(reply, await this.accounts.require(id));
    return { attributes: await this.attributes.of(id) };
  }

  @Patch()
  @AdminWrite('users', {
    guards: [AdministratorProtection],
    summary: 'Update the attributes of a user',
    description:
      'Omitted attributes keep their values; null removes a value. Values from a directory must be changed there. Values from another upstream are restored at the next sign-in. Tokens have the values when they are issued next.',
    returns: UserAttributesDto,
    body: {
      type: UpdateUserAttributesDto,
      examples: { nothing: { ...changeNothing, value: { attributes: {} } } },
    },
    refuses: {
      404: noUser,
      409: 'department belongs to the directory acme: change it there',
      412: true,
    },
    tagged: true,
  })
  async updateUserAttributes(
    @PathId('user_id') id: string,
    @Body() { attributes }: UpdateUserAttributesDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserAttributesDto> {
    await this.attributes.change(id, attributes, actor, {
      precondition,
      check: (tx) => this.ownership.requireOwnAttributes(id, attributes, tx),
    });
    return this.readUserAttributes(id, reply);
  }
}
