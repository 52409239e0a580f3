import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { readListRequest } from '../protocol/scim/list-request.js';
import { type Projection, readProjection } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import { groupType } from '../protocol/scim/group-type.js';
import { IfMatch, type Precondition } from '../resource/precondition.js';
import { listResponse } from './list-response.js';
import { Caller, type Provisioner } from './provisioner.js';
import { IfNoneMatch, shown, shownNew, shownUnlessKnown } from './resource-reply.js';
import { ScimRoute } from './scim-route.js';
import { ScimGroups } from './scim-groups.js';
import { readSearch } from './search-request.js';

type Parameters = Record<string, unknown>;

/** Groups in SCIM (RFC 7644 §3). For provisioning clients: their tokens, and clients with the scope `eyrie.scim`. */
@Controller(`${endpoints.scim}/Groups`)
export class ScimGroupsController {
  constructor(private readonly groups: ScimGroups) {}

  @Get()
  @ScimRoute()
  async listScimGroups(@Query() query: Parameters, @Caller() provisioner: Provisioner): Promise<object> {
    const request = readListRequest(groupType, query);
    return listResponse(request, await this.groups.list(request, provisioner));
  }

  @Post('.search')
  @HttpCode(200)
  @ScimRoute()
  async searchScimGroups(@Body() body: unknown, @Caller() provisioner: Provisioner): Promise<object> {
    const request = readListRequest(groupType, readSearch(body));
    return listResponse(request, await this.groups.list(request, provisioner));
  }

  @Post()
  @ScimRoute()
  async createScimGroup(
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource> {
    const projection = projectionOf(query);
    return shownNew(reply, await this.groups.create(body, provisioner, projection), projection);
  }

  @Get(':id')
  @ScimRoute()
  async readScimGroup(
    @Param('id') id: string,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfNoneMatch() known: string[],
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource | undefined> {
    const projection = projectionOf(query);
    return shownUnlessKnown(reply, await this.groups.read(id, provisioner, projection), projection, known);
  }

  @Put(':id')
  @ScimRoute()
  async replaceScimGroup(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource> {
    const projection = projectionOf(query);
    await this.groups.replace(id, body, provisioner, precondition);
    return shown(reply, await this.groups.read(id, provisioner, projection), projection);
  }

  @Patch(':id')
  @ScimRoute()
  async patchScimGroup(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource | undefined> {
    const projection = projectionOf(query);
    await this.groups.patch(id, body, provisioner, precondition);
    // A group may have many members: they are sent to who asks for them (RFC 7644 §3.5.2).
    if (query['attributes'] !== undefined)
      return shown(reply, await this.groups.read(id, provisioner, projection), projection);
    reply.status(204);
    return undefined;
  }

  @Delete(':id')
  @HttpCode(204)
  @ScimRoute()
  async deleteScimGroup(
    @Param('id') id: string,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.groups.delete(id, provisioner, precondition);
  }
}

const projectionOf = ({ attributes, excludedAttributes }: Parameters): Projection =>
  readProjection(groupType, attributes, excludedAttributes);
