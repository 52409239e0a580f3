import { Body, Controller, Delete, Get, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { Organization } from '../../persistence/entities/organization.entity.js';
import { OrganizationMembersStore } from '../../persistence/stores/organization-members.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PageQuery, toPageDto } from '../../resource/paging.dto.js';
import { PathId } from '../../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../../resource/precondition.js';
import { changeNothing } from '../../resource/request-examples.js';
import { OrganizationMembers } from './organization-members.js';
import { OrganizationPolicyProtection } from './organization-policy-protection.guard.js';
import { Organizations } from './organizations.js';
import {
  CreateOrganizationDto,
  OrganizationDto,
  OrganizationMemberPageDto,
  OrganizationPageDto,
  OrganizationsQuery,
  PutOrganizationMemberDto,
  toOrganizationDto,
  toOrganizationMemberDto,
  UpdateOrganizationDto,
} from './organizations.dto.js';

const noOrganization = 'there is no organization 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const isTaken = 'the name acme is taken';

/** The admin API for organizations. For administrators and service clients with the rights for groups. */
@ApiTags('Organizations')
@Controller(`${endpoints.admin}/organizations`)
export class OrganizationsAdminController {
  constructor(
    private readonly store: OrganizationsStore,
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly memberships: OrganizationMembersStore,
  ) {}

  @Get()
  @AdminRead('groups', { summary: 'List organizations', returns: OrganizationPageDto })
  async listOrganizations(@Query() query: OrganizationsQuery): Promise<OrganizationPageDto> {
    return toPageDto(await this.store.list(query), toOrganizationDto);
  }

  @Post()
  @AdminWrite('groups', {
    summary: 'Create an organization',
    status: 201,
    returns: OrganizationDto,
    body: {
      type: CreateOrganizationDto,
      examples: {
        'new organization': {
          summary: 'An organization with two roles',
          value: { name: 'new-organization', display_name: 'New organization', roles: ['admin', 'member'] },
        },
      },
    },
    refuses: { 409: isTaken },
  })
  async createOrganization(
    @Body() body: CreateOrganizationDto,
    @Actor() actor: Originator,
  ): Promise<OrganizationDto> {
    return toOrganizationDto(await this.organizations.create(body, actor));
  }

  @Get(':organization_id')
  @AdminRead('groups', {
    summary: 'Read an organization',
    returns: OrganizationDto,
    refuses: { 404: noOrganization },
    tagged: true,
  })
  async readOrganization(
    @PathId('organization_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationDto> {
    return shown(await this.organizations.require(id), reply);
  }

  @Patch(':organization_id')
  @AdminWrite('groups', {
    summary: 'Update an organization',
    description:
      'Omitted fields keep their values. Tokens that are issued from then on carry the new name. A role that is removed is taken from the members. Only administrators (`eyrie.admin`) can change `upstream`, `require_second_factor`, `require_upstream` and `max_sign_in_age`.',
    returns: OrganizationDto,
    body: {
      type: UpdateOrganizationDto,
      examples: {
        nothing: changeNothing,
        description: { summary: 'Another description', value: { description: 'A customer since 2026' } },
      },
    },
    refuses: { 404: noOrganization, 409: isTaken, 412: true },
    tagged: true,
    guards: [OrganizationPolicyProtection],
  })
  async updateOrganization(
    @PathId('organization_id') id: string,
    @Body() changes: UpdateOrganizationDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationDto> {
    return shown(await this.organizations.update(id, changes, actor, precondition), reply);
  }

  @Delete(':organization_id')
  @AdminWrite('groups', {
    ends: ({ params }) => ({ of: 'organization', organizationId: params['organization_id'] ?? '' }),
    summary: 'Delete an organization',
    description:
      'Revokes the grants that its members gave for it, with their codes and tokens. Its members keep their accounts.',
    refuses: { 404: noOrganization, 412: true },
  })
  async deleteOrganization(
    @PathId('organization_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.organizations.delete(id, actor, precondition);
  }

  @Get(':organization_id/members')
  @AdminRead('groups', {
    summary: 'List the members of an organization',
    returns: OrganizationMemberPageDto,
    refuses: { 404: noOrganization },
  })
  async listOrganizationMembers(
    @PathId('organization_id') id: string,
    @Query() query: PageQuery,
  ): Promise<OrganizationMemberPageDto> {
    await this.organizations.require(id);
    return toPageDto(await this.memberships.members(id, query), toOrganizationMemberDto);
  }

  @Put(':organization_id/members/:user_id')
  @AdminWrite('groups', {
    summary: 'Make a user a member of an organization, or change their roles in it',
    description:
      'The user has exactly these roles afterwards. A membership that came of an e-mail address or an upstream no longer ends with these.',
    body: {
      type: PutOrganizationMemberDto,
      examples: { 'without roles': { summary: 'A member without roles', value: { roles: [] } } },
    },
    refuses: { 404: noOrganization },
  })
  async putOrganizationMember(
    @PathId('organization_id') id: string,
    @PathId('user_id') userId: string,
    @Body() { roles }: PutOrganizationMemberDto,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.members.put(id, userId, roles, actor);
  }

  @Delete(':organization_id/members/:user_id')
  @AdminWrite('groups', {
    ends: ({ params }) => ({
      of: 'organization',
      organizationId: params['organization_id'] ?? '',
      userId: params['user_id'] ?? '',
    }),
    summary: 'Remove a user from an organization',
    description:
      'Revokes the grants that the user gave for the organization, with their codes and tokens. With `join_by_domain` or `join_by_upstream`, the user can become a member again at the next sign-in.',
    refuses: { 404: noOrganization },
  })
  async removeOrganizationMember(
    @PathId('organization_id') id: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.members.remove(id, userId, actor);
  }
}

/** The organization in the response, with the tag of its state. */
function shown(organization: Organization, reply: FastifyReply): OrganizationDto {
  sendEntityTag(reply, organization);
  return toOrganizationDto(organization);
}
