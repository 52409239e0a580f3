import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { invalidField } from '../http/invalid-fields.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { toPageDto } from '../resource/paging.dto.js';
import { type GrantParties, GrantRevocation } from './grant-revocation.js';
import { GrantTimeline } from './grant-timeline.js';
import { GrantTimelineDto, toGrantTimelineDto } from './grant-timeline.dto.js';
import {
  GrantDto,
  GrantPageDto,
  GrantsQuery,
  RevokedGrantsDto,
  RevokeGrantsQuery,
  toGrantDto,
} from './grants.dto.js';

const noGrant = 'there is no grant 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The admin API for grants. For administrators and service clients. */
@ApiTags('Grants')
@Controller(`${endpoints.admin}/grants`)
export class GrantsAdminController {
  constructor(
    private readonly grants: GrantsStore,
    private readonly revocation: GrantRevocation,
    private readonly timeline: GrantTimeline,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdminRead('grants', { summary: 'List grants, by user, by client or both', returns: GrantPageDto })
  async listGrants(@Query() query: GrantsQuery): Promise<GrantPageDto> {
    const { user_id: userId, client_id: clientId, include_inactive, include_dead, ...page } = query;
    const includeInactive = include_inactive || include_dead;
    const grants = await this.grants.list({ userId, clientId }, page, this.clock.now(), includeInactive);
    return toPageDto(grants, toGrantDto);
  }

  @Get(':grant_id')
  @AdminRead('grants', { summary: 'Read a grant', returns: GrantDto, refuses: { 404: noGrant } })
  async readGrant(@PathId('grant_id') id: string): Promise<GrantDto> {
    return toGrantDto(await this.revocation.require(id));
  }

  @Get(':grant_id/timeline')
  @AdminRead('grants', {
    summary: 'Tell what happened with a grant',
    description:
      'From the consent, with the words as they were shown, to the end, oldest first: codes, refresh tokens and opaque access tokens as far as they are stored, and the events of the audit trail with who caused them.',
    returns: GrantTimelineDto,
    refuses: { 404: noGrant },
  })
  async readGrantTimeline(@PathId('grant_id') id: string): Promise<GrantTimelineDto> {
    return toGrantTimelineDto(await this.timeline.read(id));
  }

  @Delete(':grant_id')
  @AdminWrite('grants', {
    ends: ({ params }) => ({ of: 'grant', grantId: params['grant_id'] ?? '' }),
    summary: 'Revoke a grant',
    description: 'All its codes and tokens are revoked at once.',
    refuses: { 404: noGrant },
  })
  async revokeGrant(@PathId('grant_id') id: string, @Actor() actor: Originator): Promise<void> {
    const grant = await this.revocation.require(id);
    await this.revocation.revoke(grant, 'revoked_by_administrator', actor);
  }

  @Delete()
  @AdminWrite('grants', {
    ends: ({ query }) => ({ of: 'parties', ...partiesIn(query) }),
    summary: 'Revoke all grants of a user, to a client, or of a user to a client',
    description:
      'All their codes and tokens are revoked at once. Consent is forgotten as well, so users are asked again.',
    returns: RevokedGrantsDto,
  })
  async revokeGrants(
    @Query() query: RevokeGrantsQuery,
    @Actor() actor: Originator,
  ): Promise<RevokedGrantsDto> {
    return { revoked: await this.revocation.revokeAll(partiesIn(query), actor) };
  }
}

/** @throws BadRequestException if neither is named */
function partiesIn(query: { readonly user_id?: unknown; readonly client_id?: unknown }): GrantParties {
  const [userId, clientId] = [query.user_id, query.client_id].map((id) =>
    typeof id === 'string' ? id : undefined,
  );
  if (userId === undefined && clientId === undefined)
    throw invalidField('user_id', 'or client_id must say whose grants to revoke', 'query');
  return { userId, clientId };
}
