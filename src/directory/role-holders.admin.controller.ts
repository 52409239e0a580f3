import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { type RoleHolder, RolesStore } from '../persistence/stores/roles.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import { PathId } from '../resource/path-parameters.js';
import { Roles } from './roles.js';
import { RoleHolderPageDto, toRoleHolderDto } from './roles.dto.js';

const noRole = 'there is no role 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The part of the admin API for roles that gives and takes them. For administrators and service clients. */
@ApiTags('Roles')
@Controller(`${endpoints.admin}/roles/:role_id`)
export class RoleHoldersAdminController {
  constructor(
    private readonly store: RolesStore,
    private readonly roles: Roles,
  ) {}

  @Get('users')
  @AdminRead('roles', {
    summary: 'List the users who were given a role',
    description: 'Members of groups that have the role have it, too.',
    returns: RoleHolderPageDto,
    refuses: { 404: noRole },
  })
  async listRoleUsers(@PathId('role_id') id: string, @Query() query: PageQuery): Promise<RoleHolderPageDto> {
    return this.list(id, 'user', query);
  }

  @Put('users/:user_id')
  @AdminWrite('roles', { summary: 'Give a role to a user', refuses: { 404: noRole } })
  async giveRoleToUser(
    @PathId('role_id') id: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.roles.give(id, { kind: 'user', id: userId }, actor);
  }

  @Delete('users/:user_id')
  @AdminWrite('roles', {
    summary: 'Take a role from a user',
    description: 'The user keeps the role if a group of theirs has it.',
    refuses: { 404: noRole },
  })
  async takeRoleFromUser(
    @PathId('role_id') id: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.roles.take(id, { kind: 'user', id: userId }, actor);
  }

  @Get('groups')
  @AdminRead('roles', {
    summary: 'List the groups that were given a role',
    returns: RoleHolderPageDto,
    refuses: { 404: noRole },
  })
  async listRoleGroups(@PathId('role_id') id: string, @Query() query: PageQuery): Promise<RoleHolderPageDto> {
    return this.list(id, 'group', query);
  }

  @Put('groups/:group_id')
  @AdminWrite('roles', {
    summary: 'Give a role to a group',
    description: 'Its members have the role, and those of the groups below it.',
    refuses: { 404: noRole },
  })
  async giveRoleToGroup(
    @PathId('role_id') id: string,
    @PathId('group_id') groupId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.roles.give(id, { kind: 'group', id: groupId }, actor);
  }

  @Delete('groups/:group_id')
  @AdminWrite('roles', { summary: 'Take a role from a group', refuses: { 404: noRole } })
  async takeRoleFromGroup(
    @PathId('role_id') id: string,
    @PathId('group_id') groupId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.roles.take(id, { kind: 'group', id: groupId }, actor);
  }

  private async list(id: string, kind: RoleHolder['kind'], query: PageQuery): Promise<RoleHolderPageDto> {
    await this.roles.require(id);
    return toPageDto(await this.store.holders(id, kind, query), toRoleHolderDto);
  }
}
