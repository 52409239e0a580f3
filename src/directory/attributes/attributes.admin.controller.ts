import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import { AttributesStore } from '../../persistence/stores/attributes.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathReference } from '../../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../../resource/precondition.js';
import { AttributeDefinitions, maxAttributes } from './attribute-definitions.js';
import { AttributeDto, AttributeListDto, PutAttributeDto, toAttributeDto } from './attributes.dto.js';

const noAttribute = 'there is no attribute department';

/** The admin API for the members that users have beside the standard ones. For administrators and service clients. */
@ApiTags('Claims')
@Controller(`${endpoints.admin}/attributes`)
export class AttributesAdminController {
  constructor(
    private readonly store: AttributesStore,
    private readonly definitions: AttributeDefinitions,
  ) {}

  @Get()
  @AdminRead('claims', {
    summary: 'List the attributes of users',
    description: 'Oldest first: the members that users have beside the standard ones.',
    returns: AttributeListDto,
  })
  async listAttributes(): Promise<AttributeListDto> {
    return { items: (await this.store.all()).map(toAttributeDto) };
  }

  @Get(':attribute_name')
  @AdminRead('claims', {
    summary: 'Read an attribute of users',
    returns: AttributeDto,
    refuses: { 404: noAttribute },
    tagged: true,
  })
  async readAttribute(
    @PathReference('attribute_name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AttributeDto> {
    return shown(await this.definitions.require(name), reply);
  }

  @Put()
  @AdminWrite('claims', {
    summary: 'Define an attribute of users, or change it',
    description:
      'Its values are set at `/admin/users/{user_id}/attributes`. A rule about a claim with the source `attribute` puts them into tokens.',
    returns: AttributeDto,
    body: {
      type: PutAttributeDto,
      examples: {
        'cost center': {
          summary: 'A text that only administrators see and change',
          value: { name: 'new-cost-center', type: 'text', label: 'Cost center' },
        },
        department: {
          summary: 'One of some values, which people see',
          value: {
            name: 'new-department',
            type: 'text',
            label: 'Department',
            values: ['Sales', 'Engineering'],
            owner_access: 'view',
          },
        },
      },
    },
    refuses: { 409: `there are ${maxAttributes} attributes already: delete one first`, 412: true },
    tagged: true,
  })
  async putAttribute(
    @Body() attribute: PutAttributeDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AttributeDto> {
    await this.definitions.put(attribute, actor, precondition);
    return shown(await this.definitions.require(attribute.name), reply);
  }

  @Delete(':attribute_name')
  @AdminWrite('claims', {
    summary: 'Delete an attribute of users',
    description:
      'Deletes the values of all users, too. Claim rules that use it must be deleted first, and upstreams must no longer name it.',
    refuses: {
      404: noAttribute,
      409: 'the claim rule department puts department into tokens: delete it first',
      412: true,
    },
  })
  async deleteAttribute(
    @PathReference('attribute_name') name: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.definitions.delete(name, actor, precondition);
  }
}

/** The attribute in the response, with the tag of its state. */
function shown(definition: AttributeDefinition, reply: FastifyReply): AttributeDto {
  sendEntityTag(reply, definition);
  return toAttributeDto(definition);
}
