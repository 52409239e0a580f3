import { Body, Controller, Delete, ForbiddenException, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import { OrganizationDomainsStore } from '../../persistence/stores/organization-domains.store.js';
import { Actor, AdminRead, AdminWrite, HeldScopes } from '../../resource/admin-api.js';
import { PageQuery, toPageDto } from '../../resource/paging.dto.js';
import { PathId } from '../../resource/path-parameters.js';
import { adminScope } from '../../resource/rights.js';
import { OrganizationDomains } from './organization-domains.js';
import {
  AddOrganizationDomainDto,
  OrganizationDomainDto,
  OrganizationDomainPageDto,
  toOrganizationDomainDto,
  VerifyOrganizationDomainDto,
} from './organization-domains.dto.js';
import { Organizations } from './organizations.js';

const noOrganization = 'there is no organization 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const noDomain = 'there is no domain 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const isTaken = 'the domain example.com is verified for another organization';
const noRecord =
  'no TXT record of _eyrie-challenge.example.com is eyrie-verification=XGQ7q1Y0dB2yq1b9a1Zr8v3C5n7t0m4k6p8s2u4w6y8: it has none';

/** The admin API for domains of organizations. For administrators and service clients with the rights for groups. */
@ApiTags('Organizations')
@Controller(`${endpoints.admin}/organizations/:organization_id/domains`)
export class OrganizationDomainsAdminController {
  constructor(
    private readonly store: OrganizationDomainsStore,
    private readonly domains: OrganizationDomains,
    private readonly organizations: Organizations,
  ) {}

  @Get()
  @AdminRead('groups', {
    summary: 'List the domains of an organization',
    returns: OrganizationDomainPageDto,
    refuses: { 404: noOrganization },
  })
  async listOrganizationDomains(
    @PathId('organization_id') organizationId: string,
    @Query() query: PageQuery,
  ): Promise<OrganizationDomainPageDto> {
    await this.organizations.require(organizationId);
    return toPageDto(await this.store.list(organizationId, query), toOrganizationDomainDto);
  }

  @Post()
  @AdminWrite('groups', {
    summary: 'Add a domain to an organization',
    description:
      'The response names the TXT record that verifies it. Several organizations can claim a domain; it is verified for one at most. An IP address and a public suffix, such as `com` or `co.uk`, are refused.',
    status: 201,
    returns: OrganizationDomainDto,
    body: {
      type: AddOrganizationDomainDto,
      examples: { domain: { summary: 'A domain to be verified', value: { domain: 'new.example.com' } } },
    },
    refuses: { 404: noOrganization, 409: isTaken },
  })
  async addOrganizationDomain(
    @PathId('organization_id') organizationId: string,
    @Body() { domain }: AddOrganizationDomainDto,
    @Actor() actor: Originator,
  ): Promise<OrganizationDomainDto> {
    return toOrganizationDomainDto(await this.domains.add(organizationId, domain, actor));
  }

  @Get(':domain_id')
  @AdminRead('groups', {
    summary: 'Read a domain of an organization',
    returns: OrganizationDomainDto,
    refuses: { 404: noDomain },
  })
  async readOrganizationDomain(
    @PathId('organization_id') organizationId: string,
    @PathId('domain_id') id: string,
  ): Promise<OrganizationDomainDto> {
    return toOrganizationDomainDto(await this.domains.require(organizationId, id));
  }

  @Post(':domain_id/verify')
  @AdminWrite('groups', {
    summary: 'Verify a domain of an organization',
    description:
      'Looks up the TXT record, within five seconds. A domain that is verified already stays so, and nothing is looked up.',
    returns: OrganizationDomainDto,
    body: {
      type: VerifyOrganizationDomainDto,
      examples: { dns: { summary: 'By the TXT record', value: { by: 'dns' } } },
    },
    refuses: { 404: noDomain, 409: noRecord },
  })
  async verifyOrganizationDomain(
    @PathId('organization_id') organizationId: string,
    @PathId('domain_id') id: string,
    @Body() { by }: VerifyOrganizationDomainDto,
    @HeldScopes() scopes: ReadonlySet<string>,
    @Actor() actor: Originator,
  ): Promise<OrganizationDomainDto> {
    if (by === 'administrator' && !scopes.has(adminScope.write))
      throw new ForbiddenException('only administrators can have a domain count as verified without DNS');
    return toOrganizationDomainDto(await this.domains.verify(organizationId, id, by, actor));
  }

  @Delete(':domain_id')
  @AdminWrite('groups', {
    summary: 'Remove a domain from an organization',
    refuses: { 404: noDomain },
  })
  async removeOrganizationDomain(
    @PathId('organization_id') organizationId: string,
    @PathId('domain_id') id: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.domains.remove(organizationId, id, actor);
  }
}
