import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import { InitialAccessTokensStore } from '../../persistence/stores/initial-access-tokens.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathId } from '../../resource/path-parameters.js';
import { TimedPageQuery, toPageDto } from '../../resource/paging.dto.js';
import { InitialAccessTokens } from './initial-access-tokens.js';
import {
  CreatedRegistrationTokenDto,
  CreateRegistrationTokenDto,
  RegistrationTokensPageDto,
  toRegistrationTokenDto,
} from './registration-tokens.dto.js';

/** The admin API for initial access tokens (RFC 7591 §3.1). For administrators and service clients. */
@ApiTags('Registration tokens')
@Controller(`${endpoints.admin}/registration-tokens`)
export class RegistrationTokensAdminController {
  constructor(
    private readonly store: InitialAccessTokensStore,
    private readonly tokens: InitialAccessTokens,
  ) {}

  @Post()
  @AdminWrite('registration', {
    summary: 'Create an initial access token, with which clients register themselves',
    description: 'The response shows the token. It is not shown again.',
    status: 201,
    returns: CreatedRegistrationTokenDto,
    body: {
      type: CreateRegistrationTokenDto,
      examples: {
        once: {
          summary: 'A token for one client, for a day',
          value: { note: 'The build server', uses: 1, lifetime: 86_400 },
        },
      },
    },
  })
  async createRegistrationToken(
    @Body() body: CreateRegistrationTokenDto,
    @Actor() actor: Originator,
  ): Promise<CreatedRegistrationTokenDto> {
    const { token, row } = await this.tokens.create(body, actor);
    return Object.assign(toRegistrationTokenDto(row), { token });
  }

  @Get()
  @AdminRead('registration', {
    summary: 'List registration tokens, oldest first',
    description: 'Expired and used up tokens are listed until the next cleanup deletes them.',
    returns: RegistrationTokensPageDto,
  })
  async listRegistrationTokens(@Query() page: TimedPageQuery): Promise<RegistrationTokensPageDto> {
    return toPageDto(await this.store.list(page), toRegistrationTokenDto);
  }

  @Delete(':token_id')
  @AdminWrite('registration', {
    summary: 'Delete a registration token',
    description: 'Clients registered with it remain.',
    refuses: { 404: 'there is no registration token 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00' },
  })
  async deleteRegistrationToken(@PathId('token_id') id: string, @Actor() actor: Originator): Promise<void> {
    await this.tokens.delete(id, actor);
  }
}
