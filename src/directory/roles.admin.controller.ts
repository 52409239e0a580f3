import { Body, Controller, Delete, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import type { Role } from '../persistence/entities/role.entity.js';
import { RolesStore } from '../persistence/stores/roles.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { changeNothing } from '../resource/request-examples.js';
import { RoleOwners } from './role-owners.js';
import { Roles } from './roles.js';
import { CreateRoleDto, RoleDto, RolePageDto, RolesQuery, toRoleDto, UpdateRoleDto } from './roles.dto.js';

const noRole = 'there is no role 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const isTaken = 'the name editor is taken';

/** The admin API for roles. For administrators and service clients. */
@ApiTags('Roles')
@Controller(`${endpoints.admin}/roles`)
export class RolesAdminController {
  constructor(
    private readonly store: RolesStore,
    private readonly roles: Roles,
    private readonly owners: RoleOwners,
  ) {}

  @Get()
  @AdminRead('roles', { summary: 'List roles', returns: RolePageDto })
  async listRoles(@Query() { client_id, resource, ...query }: RolesQuery): Promise<RolePageDto> {
    const isOfOwner = client_id !== undefined || resource !== undefined;
    const owner = isOfOwner ? await this.owners.find({ client_id, resource }) : undefined;
    if (isOfOwner && !owner) return { items: [], next: null };
    const { items, next } = await this.store.list({ ...query, owner });
    const names = await this.owners.nameAll(items);
    return { items: items.map((role, index) => toRoleDto(role, names[index] ?? {})), next: next ?? null };
  }

  @Post()
  @AdminWrite('roles', {
    summary: 'Create a role',
    description: 'A role of the whole service, or of a client or resource.',
    status: 201,
    returns: RoleDto,
    body: {
      type: CreateRoleDto,
      examples: { 'new role': { summary: 'A role of the whole service', value: { name: 'new-role' } } },
    },
    refuses: { 409: isTaken },
  })
  async createRole(@Body() body: CreateRoleDto, @Actor() actor: Originator): Promise<RoleDto> {
    return this.show(await this.roles.create(body, actor));
  }

  @Get(':role_id')
  @AdminRead('roles', { summary: 'Read a role', returns: RoleDto, refuses: { 404: noRole }, tagged: true })
  async readRole(
    @PathId('role_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoleDto> {
    return this.shown(await this.roles.require(id), reply);
  }

  @Patch(':role_id')
  @AdminWrite('roles', {
    summary: 'Update a role',
    description: 'Omitted fields keep their values. Tokens that are issued from then on carry the new name.',
    returns: RoleDto,
    body: {
      type: UpdateRoleDto,
      examples: {
        nothing: changeNothing,
        description: { summary: 'Another description', value: { description: 'May change texts' } },
      },
    },
    refuses: { 404: noRole, 409: isTaken, 412: true },
    tagged: true,
  })
  async updateRole(
    @PathId('role_id') id: string,
    @Body() changes: UpdateRoleDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoleDto> {
    return this.shown(await this.roles.update(id, changes, actor, precondition), reply);
  }

  @Delete(':role_id')
  @AdminWrite('roles', {
    summary: 'Delete a role',
    description: 'Takes it from everybody. Tokens that are issued from then on do not carry it.',
    refuses: { 404: noRole, 412: true },
  })
  async deleteRole(
    @PathId('role_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.roles.delete(id, actor, precondition);
  }

  private async shown(role: Role, reply: FastifyReply): Promise<RoleDto> {
    sendEntityTag(reply, role);
    return this.show(role);
  }

  private async show(role: Role): Promise<RoleDto> {
    const [owner = {}] = await this.owners.nameAll([role]);
    return toRoleDto(role, owner);
  }
}
