import { Controller, Delete, Get, NotFoundException, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { AccessTokensStore } from '../persistence/stores/access-tokens.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { toPageDto } from '../resource/paging.dto.js';
import { TokenRevocation } from './token-revocation.js';
import { TokenPageDto, TokensQuery, toTokenDto } from './tokens.dto.js';

/** The admin API for opaque access tokens. JWTs are not stored: revoke their grant. For administrators and service clients. */
@ApiTags('Tokens')
@Controller(`${endpoints.admin}/tokens`)
export class TokensAdminController {
  constructor(
    private readonly tokens: AccessTokensStore,
    private readonly revocation: TokenRevocation,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdminRead('grants', {
    summary: 'List opaque access tokens, by user, by client or both',
    description:
      'Only active tokens are listed. JWTs are not stored, so they are not listed; their grants are.',
    returns: TokenPageDto,
  })
  async listTokens(@Query() query: TokensQuery): Promise<TokenPageDto> {
    const { user_id: userId, client_id: clientId, ...page } = query;
    return toPageDto(await this.tokens.list({ userId, clientId }, page, this.clock.now()), toTokenDto);
  }

  @Delete(':token_id')
  @AdminWrite('grants', {
    summary: 'Revoke an opaque access token',
    description: 'Its grant and refresh token remain active.',
    refuses: { 404: 'there is no active opaque token 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00' },
  })
  async revokeToken(@PathId('token_id') id: string, @Actor() actor: Originator): Promise<void> {
    if (!(await this.revocation.revokeById(id, actor)))
      throw new NotFoundException(`there is no active opaque token ${id}`);
  }
}
