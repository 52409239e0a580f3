import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { ScimTokensStore } from '../persistence/stores/scim-tokens.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { TimedPageQuery, toPageDto } from '../resource/paging.dto.js';
import { PathId } from '../resource/path-parameters.js';
import {
  CreatedScimTokenDto,
  CreateScimTokenDto,
  ScimTokenPageDto,
  toScimTokenDto,
} from './scim-tokens.dto.js';
import { ScimTokens } from './scim-tokens.js';

/** The admin API for tokens of provisioning clients. For administrators and service clients. */
@ApiTags('Provisioning')
@Controller(`${endpoints.admin}/scim-tokens`)
export class ScimTokensAdminController {
  constructor(
    private readonly store: ScimTokensStore,
    private readonly tokens: ScimTokens,
  ) {}

  @Post()
  @AdminWrite('provisioning', {
    summary: 'Create a token with which a directory provisions users and groups over SCIM',
    description:
      'The response shows the token. It is not shown again. It lets its holder create, change, disable and delete every user who administers nothing, and every group.',
    status: 201,
    returns: CreatedScimTokenDto,
    body: {
      type: CreateScimTokenDto,
      examples: {
        'for a year': {
          summary: 'A token for a year',
          value: { name: 'entra', lifetime: 31_536_000 },
        },
      },
    },
  })
  async createScimToken(
    @Body() body: CreateScimTokenDto,
    @Actor() actor: Originator,
  ): Promise<CreatedScimTokenDto> {
    const { token, row } = await this.tokens.create(body, actor);
    return Object.assign(toScimTokenDto(row), { token });
  }

  @Get()
  @AdminRead('provisioning', {
    summary: 'List SCIM tokens, oldest first',
    description: 'Expired tokens are listed until the next cleanup deletes them.',
    returns: ScimTokenPageDto,
  })
  async listScimTokens(@Query() page: TimedPageQuery): Promise<ScimTokenPageDto> {
    return toPageDto(await this.store.list(page), toScimTokenDto);
  }

  @Delete(':token_id')
  @AdminWrite('provisioning', {
    summary: 'Revoke a SCIM token',
    description: 'Takes effect at once. Users and groups that were provisioned with it remain.',
    refuses: { 404: 'there is no SCIM token 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00' },
  })
  async revokeScimToken(@PathId('token_id') id: string, @Actor() actor: Originator): Promise<void> {
    await this.tokens.revoke(id, actor);
  }
}
