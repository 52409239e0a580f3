import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { readListRequest } from '../protocol/scim/list-request.js';
import { type Projection, readProjection } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import type { ResourceType } from '../protocol/scim/attribute.js';
import { IfMatch, type Precondition } from '../resource/precondition.js';
import { listResponse } from './list-response.js';
import { Caller, type Provisioner } from './provisioner.js';
import { IfNoneMatch, shown, shownNew, shownUnlessKnown } from './resource-reply.js';
import { ScimRoute } from './scim-route.js';
import { ScimUsers } from './scim-users.js';
import { UserReader } from './user-reader.js';
import { UserTypes } from './user-types.js';
import { readSearch } from './search-request.js';

type Parameters = Record<string, unknown>;

/** Users in SCIM (RFC 7644 §3). For provisioning clients: their tokens, and clients with the scope `eyrie.scim`. */
@Controller(`${endpoints.scim}/Users`)
export class ScimUsersController {
  constructor(
    private readonly users: ScimUsers,
    private readonly reader: UserReader,
    private readonly types: UserTypes,
  ) {}

  @Get()
  @ScimRoute()
  async listScimUsers(@Query() query: Parameters, @Caller() provisioner: Provisioner): Promise<object> {
    const type = await this.types.current();
    const request = readListRequest(type, query);
    return listResponse(request, await this.reader.list(request, { provisioner, type }));
  }

  @Post('.search')
  @HttpCode(200)
  @ScimRoute()
  async searchScimUsers(@Body() body: unknown, @Caller() provisioner: Provisioner): Promise<object> {
    const type = await this.types.current();
    const request = readListRequest(type, readSearch(body));
    return listResponse(request, await this.reader.list(request, { provisioner, type }));
  }

  @Post()
  @ScimRoute()
  async createScimUser(
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource> {
    const type = await this.types.current();
    const projection = projectionOf(type, query);
    return shownNew(reply, await this.users.create(body, { provisioner, type }), projection);
  }

  @Get(':id')
  @ScimRoute()
  async readScimUser(
    @Param('id') id: string,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfNoneMatch() known: string[],
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource | undefined> {
    const type = await this.types.current();
    const projection = projectionOf(type, query);
    return shownUnlessKnown(reply, await this.reader.read(id, { provisioner, type }), projection, known);
  }

  @Put(':id')
  @ScimRoute()
  async replaceScimUser(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource> {
    const type = await this.types.current();
    const projection = projectionOf(type, query);
    const request = { provisioner, type, precondition };
    return shown(reply, await this.users.replace(id, body, request), projection);
  }

  @Patch(':id')
  @ScimRoute()
  async patchScimUser(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: Parameters,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource> {
    const type = await this.types.current();
    const projection = projectionOf(type, query);
    const request = { provisioner, type, precondition };
    return shown(reply, await this.users.patch(id, body, request), projection);
  }

  @Delete(':id')
  @HttpCode(204)
  @ScimRoute()
  async deleteScimUser(
    @Param('id') id: string,
    @Caller() provisioner: Provisioner,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.users.delete(id, provisioner, precondition);
  }
}

const projectionOf = (type: ResourceType, { attributes, excludedAttributes }: Parameters): Projection =>
  readProjection(type, attributes, excludedAttributes);
