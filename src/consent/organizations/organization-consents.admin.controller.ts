import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import { Organizations } from '../../directory/organizations/organizations.js';
import { OrganizationConsentsStore } from '../../persistence/stores/organization-consents.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PageQuery, toPageDto } from '../../resource/paging.dto.js';
import { PathClientId, PathId } from '../../resource/path-parameters.js';
import { OrganizationConsentProtection } from './organization-consent-protection.guard.js';
import { OrganizationConsents } from './organization-consents.js';
import {
  OrganizationConsentDto,
  OrganizationConsentPageDto,
  PutOrganizationConsentDto,
  toOrganizationConsentDto,
  WithdrawOrganizationConsentQuery,
} from './organization-consents.dto.js';

const noOrganization = 'there is no organization 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const noConsent = 'the organization allows the client message-writer nothing';
const isUnproven = 'the client message-writer registered itself, so its users are always asked';

/** The admin API for what clients are allowed in place of the members of organizations. */
@ApiTags('Organizations')
@Controller(`${endpoints.admin}/organizations/:organization_id/consents`)
export class OrganizationConsentsAdminController {
  constructor(
    private readonly store: OrganizationConsentsStore,
    private readonly consents: OrganizationConsents,
    private readonly organizations: Organizations,
  ) {}

  @Get()
  @AdminRead('groups', {
    summary: 'List what clients are allowed in place of the members of an organization',
    returns: OrganizationConsentPageDto,
    refuses: { 404: noOrganization },
  })
  async listOrganizationConsents(
    @PathId('organization_id') organizationId: string,
    @Query() query: PageQuery,
  ): Promise<OrganizationConsentPageDto> {
    await this.organizations.require(organizationId);
    return toPageDto(await this.store.list(organizationId, query), toOrganizationConsentDto);
  }

  @Get(':client_id')
  @AdminRead('groups', {
    summary: 'Read what a client is allowed in place of the members of an organization',
    returns: OrganizationConsentDto,
    refuses: { 404: noConsent },
  })
  async readOrganizationConsent(
    @PathId('organization_id') organizationId: string,
    @PathClientId() clientId: string,
  ): Promise<OrganizationConsentDto> {
    return toOrganizationConsentDto(await this.consents.require({ organizationId, clientId }));
  }

  @Put(':client_id')
  @AdminWrite('groups', {
    summary: 'Allow a client scopes in place of the members of an organization',
    description:
      'Members who act for the organization are not asked for these scopes. The list is exactly these afterwards; what the client was given before stays. Clients that registered themselves, scopes of the admin API and authorization details are always asked for. Needs the scope `eyrie.clients` beside, and no client manager can do it.',
    returns: OrganizationConsentDto,
    body: {
      type: PutOrganizationConsentDto,
      examples: { profile: { summary: 'Who the members are', value: { scope: 'openid profile' } } },
    },
    refuses: { 404: noOrganization, 409: isUnproven },
    guards: [OrganizationConsentProtection],
  })
  async putOrganizationConsent(
    @PathId('organization_id') organizationId: string,
    @PathClientId() clientId: string,
    @Body() { scope }: PutOrganizationConsentDto,
    @Actor() actor: Originator,
  ): Promise<OrganizationConsentDto> {
    return toOrganizationConsentDto(await this.consents.put({ organizationId, clientId }, scope, actor));
  }

  @Delete(':client_id')
  @AdminWrite('groups', {
    ends: ({ params, query }) => ({
      of: 'organization consent',
      organizationId: params['organization_id'] ?? '',
      clientId: params['client_id'] ?? '',
      isRevoking: query['revoke_grants'] === 'true',
    }),
    summary: 'Have the members of an organization asked again by a client',
    description:
      'What the client was given before stays, until its grants are revoked or members withdraw them. With `revoke_grants`, its grants for the organization are revoked at once, and what members allowed it for the organization themselves is forgotten.',
    refuses: { 404: noOrganization },
  })
  async withdrawOrganizationConsent(
    @PathId('organization_id') organizationId: string,
    @PathClientId() clientId: string,
    @Query() { revoke_grants: revokesGrants }: WithdrawOrganizationConsentQuery,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.consents.withdraw({ organizationId, clientId }, revokesGrants, actor);
  }
}
