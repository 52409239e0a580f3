import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { OrganizationInvitationsStore } from '../../persistence/stores/organization-invitations.store.js';
import { emailKey } from '../../persistence/stores/users.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { toPageDto } from '../../resource/paging.dto.js';
import { PathId } from '../../resource/path-parameters.js';
import { OrganizationInvitations } from './organization-invitations.js';
import {
  InviteIntoOrganizationDto,
  OrganizationInvitationDto,
  OrganizationInvitationPageDto,
  OrganizationInvitationsQuery,
  toOrganizationInvitationDto,
} from './organization-invitations.dto.js';
import { Organizations } from './organizations.js';

const noOrganization = 'there is no organization 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const noInvitation = 'there is no invitation 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const noMail = 'mail cannot be sent: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM';
const tooMany = 'too many invitations were mailed to this address: try again in 3600 seconds';
const notOpen = 'the invitation is not open any more';

/** The admin API for invitations into organizations. For administrators and service clients with the rights for groups. */
@ApiTags('Organizations')
@Controller(`${endpoints.admin}/organizations/:organization_id/invitations`)
export class OrganizationInvitationsAdminController {
  constructor(
    private readonly store: OrganizationInvitationsStore,
    private readonly invitations: OrganizationInvitations,
    private readonly organizations: Organizations,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdminRead('groups', {
    summary: 'List the invitations into an organization',
    returns: OrganizationInvitationPageDto,
    refuses: { 404: noOrganization },
  })
  async listOrganizationInvitations(
    @PathId('organization_id') organizationId: string,
    @Query() { email, include_ended: withEnded, ...page }: OrganizationInvitationsQuery,
  ): Promise<OrganizationInvitationPageDto> {
    await this.organizations.require(organizationId);
    const now = this.clock.now();
    const key = email === undefined ? undefined : emailKey(email);
    const found = await this.store.list(organizationId, { emailKey: key, withEnded }, page, now);
    return toPageDto(found, (invitation) => toOrganizationInvitationDto(invitation, now));
  }

  @Post()
  @AdminWrite('groups', {
    summary: 'Invite an e-mail address into an organization',
    description:
      'Mails a link with which its owner accepts or declines, for `EYRIE_INVITATION_TTL`. Who has no account can make one with the link. An earlier invitation of the address ends.',
    status: 201,
    returns: OrganizationInvitationDto,
    body: {
      type: InviteIntoOrganizationDto,
      examples: {
        'without roles': {
          summary: 'A member without roles',
          value: { email: 'new.member@example.com' },
        },
      },
    },
    refuses: { 404: noOrganization, 409: noMail, 429: tooMany },
  })
  async inviteIntoOrganization(
    @PathId('organization_id') organizationId: string,
    @Body() body: InviteIntoOrganizationDto,
    @Actor() actor: Originator,
  ): Promise<OrganizationInvitationDto> {
    return this.shown(await this.invitations.invite(organizationId, body, actor));
  }

  @Get(':invitation_id')
  @AdminRead('groups', {
    summary: 'Read an invitation into an organization',
    returns: OrganizationInvitationDto,
    refuses: { 404: noInvitation },
  })
  async readOrganizationInvitation(
    @PathId('organization_id') organizationId: string,
    @PathId('invitation_id') id: string,
  ): Promise<OrganizationInvitationDto> {
    return this.shown(await this.invitations.require(organizationId, id));
  }

  @Post(':invitation_id/resend')
  @AdminWrite('groups', {
    summary: 'Mail an invitation again',
    description: 'The invitation has its whole time again. The link that was mailed before ends.',
    returns: OrganizationInvitationDto,
    refuses: { 404: noInvitation, 409: notOpen, 429: tooMany },
  })
  async resendOrganizationInvitation(
    @PathId('organization_id') organizationId: string,
    @PathId('invitation_id') id: string,
    @Actor() actor: Originator,
  ): Promise<OrganizationInvitationDto> {
    return this.shown(await this.invitations.resend(organizationId, id, actor));
  }

  @Delete(':invitation_id')
  @AdminWrite('groups', {
    summary: 'Withdraw an invitation into an organization',
    refuses: { 404: noInvitation, 409: notOpen },
  })
  async withdrawOrganizationInvitation(
    @PathId('organization_id') organizationId: string,
    @PathId('invitation_id') id: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.invitations.withdraw(organizationId, id, actor);
  }

  private shown(invitation: Parameters<typeof toOrganizationInvitationDto>[0]): OrganizationInvitationDto {
    return toOrganizationInvitationDto(invitation, this.clock.now());
  }
}
