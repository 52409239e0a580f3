import { Body, Controller, Delete, Get, Post, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { Upstream } from '../../persistence/entities/upstream.entity.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathReference } from '../../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../../resource/precondition.js';
import { UpstreamSyncDto } from './ldap/directory-sync.dto.js';
import { syncStatusOf } from './ldap/sync-report.js';
import { MetadataRefresh } from './saml/metadata-refresh.js';
import { UpstreamDeletion } from './upstream-deletion.js';
import { UpstreamRegistration } from './upstream-registration.js';
import { PutUpstreamDto, UpstreamDto, UpstreamListDto } from './upstreams.dto.js';

const noUpstream = 'there is no upstream acme';

/** The admin API for identity providers of others. For administrators and service clients. */
@ApiTags('Upstreams')
@Controller(`${endpoints.admin}/upstreams`)
export class UpstreamsAdminController {
  constructor(
    private readonly upstreams: UpstreamsStore,
    private readonly registration: UpstreamRegistration,
    private readonly deletion: UpstreamDeletion,
    private readonly refresh: MetadataRefresh,
  ) {}

  @Get()
  @AdminRead('upstreams', { summary: 'List upstream identity providers', returns: UpstreamListDto })
  async listUpstreams(): Promise<UpstreamListDto> {
    return { items: (await this.upstreams.all()).map((upstream) => this.registration.shown(upstream)) };
  }

  @Get(':alias')
  @AdminRead('upstreams', {
    summary: 'Read an upstream identity provider',
    description: 'With what follows from its preset and the defaults; never its secret.',
    returns: UpstreamDto,
    refuses: { 404: noUpstream },
    tagged: true,
  })
  async readUpstream(
    @PathReference('alias') alias: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UpstreamDto> {
    return this.shown(await this.registration.require(alias), reply);
  }

  @Get(':alias/sync')
  @AdminRead('upstreams', {
    summary: 'Read how the sync with a directory does',
    description:
      'When its people were last looked at, why that came to nothing if it did, and how far a sync has come that is under way.',
    returns: UpstreamSyncDto,
    refuses: { 404: noUpstream },
  })
  async readUpstreamSync(@PathReference('alias') alias: string): Promise<UpstreamSyncDto> {
    return syncStatusOf(await this.registration.require(alias));
  }

  @Put()
  @AdminWrite('upstreams', {
    summary: 'Register an upstream identity provider, or replace it',
    description:
      'Members that are omitted are those of the preset, or the defaults. A secret that is omitted stays.',
    returns: UpstreamDto,
    body: {
      type: PutUpstreamDto,
      examples: {
        'new upstream': {
          summary: 'An OpenID provider whose people get accounts here',
          value: {
            alias: 'new-upstream',
            name: 'New upstream',
            issuer: 'https://login.example.com',
            client_id: 'eyrie',
            client_secret: 'a-secret-that-the-upstream-has-made',
            new_account: 'create',
          },
        },
      },
    },
    refuses: { 412: true },
    tagged: true,
  })
  async putUpstream(
    @Body() upstream: PutUpstreamDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UpstreamDto> {
    await this.registration.put(upstream, actor, precondition);
    return this.shown(await this.registration.require(upstream.alias), reply);
  }

  @Post(':alias/metadata')
  @AdminWrite('upstreams', {
    summary: 'Read the metadata of a SAML identity provider again',
    description:
      'From its `metadata_url`. URLs and certificates that have changed there are taken over; the entity id must be the same. If they cannot be read, what was read before stays.',
    returns: UpstreamDto,
    refuses: { 404: noUpstream, 409: 'acme has no metadata_url' },
  })
  async readMetadata(
    @PathReference('alias') alias: string,
    @Actor() actor: Originator,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UpstreamDto> {
    await this.refresh.refreshNow(alias, actor);
    return this.shown(await this.registration.require(alias), reply);
  }

  @Delete(':alias')
  @AdminWrite('upstreams', {
    ends: ({ params }) => ({ of: 'upstream', alias: params['alias'] ?? '' }),
    summary: 'Delete an upstream identity provider',
    description:
      'Removes what it knows of users, and ends their sessions with the grants bound to them. Users who have no other way to sign in need one: an administrator sets a password, or sends a link.',
    refuses: {
      404: noUpstream,
      409: 'acme is the upstream of an organization: give that another one, or none',
      412: true,
    },
  })
  async deleteUpstream(
    @PathReference('alias') alias: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.deletion.delete(alias, actor, precondition);
  }

  private shown(upstream: Upstream, reply: FastifyReply): UpstreamDto {
    sendEntityTag(reply, upstream);
    return this.registration.shown(upstream);
  }
}
