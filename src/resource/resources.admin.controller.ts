import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { Actor, AdminRead, AdminWrite } from './admin-api.js';
import type { Ending } from './foresight.js';
import { PathIdentifier } from './path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from './precondition.js';
import { ResourceRegistration } from './resource-registration.js';
import { PutResourceDto, ResourceDto, ResourceListDto, toResourceDto } from './resources.dto.js';

const noResource = 'there is no resource https://contacts.example.com';

/** The admin API for protected resources. For administrators and service clients. */
@ApiTags('Resources')
@Controller(`${endpoints.admin}/resources`)
export class ResourcesAdminController {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly registration: ResourceRegistration,
  ) {}

  @Get()
  @AdminRead('resources', { summary: 'List protected resources', returns: ResourceListDto })
  async listResources(): Promise<ResourceListDto> {
    return { items: (await this.resources.all()).map(toResourceDto) };
  }

  @Get(':identifier')
  @AdminRead('resources', {
    summary: 'Read a protected resource',
    description: 'The identifier stands percent-encoded in the path.',
    returns: ResourceDto,
    refuses: { 404: noResource },
    tagged: true,
  })
  async readResource(
    @PathIdentifier() identifier: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResourceDto> {
    return shown(await this.registration.require(identifier), reply);
  }

  @Put()
  @AdminWrite('resources', {
    ends: ({ body }) => endingOfPut(body),
    summary: 'Register a protected resource, or replace its name and scopes',
    returns: ResourceDto,
    body: {
      type: PutResourceDto,
      examples: {
        'new resource': {
          summary: 'A resource with two scopes of its own',
          value: {
            identifier: 'https://new-resource.example.com',
            name: 'New resource',
            scopes: { 'new-resource.read': 'Read what is new', 'new-resource.write': 'Change what is new' },
          },
        },
      },
    },
    refuses: { 409: 'scopes contains a scope that belongs to https://contacts.example.com', 412: true },
    tagged: true,
  })
  async putResource(
    @Body() resource: PutResourceDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResourceDto> {
    return shown(await this.registration.put(resource, actor, precondition), reply);
  }

  @Delete(':identifier')
  @AdminWrite('resources', {
    ends: ({ params }) => ({ of: 'resource', identifier: params['identifier'] ?? '', keeping: [] }),
    summary: 'Delete a protected resource',
    description:
      'No token is issued for it any more; those already issued expire. What users allowed of its scopes ends. Clients keep the scopes in their metadata.',
    refuses: { 404: noResource, 412: true },
  })
  async deleteResource(
    @PathIdentifier() identifier: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.registration.delete(identifier, actor, precondition);
  }
}

/** The body has not been validated yet. */
function endingOfPut(body: unknown): Ending {
  const { identifier, scopes } = (body ?? {}) as Partial<Record<keyof PutResourceDto, unknown>>;
  return { of: 'resource', identifier: String(identifier), keeping: Object.keys(scopes ?? {}) };
}

/** The resource in the response, with the tag of its state. */
function shown(resource: Resource, reply: FastifyReply): ResourceDto {
  sendEntityTag(reply, resource);
  return toResourceDto(resource);
}
