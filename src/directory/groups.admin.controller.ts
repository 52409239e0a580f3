import { Body, Controller, Delete, Get, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import { PathId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { changeNothing } from '../resource/request-examples.js';
import { GroupMembers } from './group-members.js';
import { Groups } from './groups.js';
import {
  CreateGroupDto,
  GroupDto,
  GroupMemberPageDto,
  GroupPageDto,
  GroupsQuery,
  toGroupDto,
  toGroupMemberDto,
  UpdateGroupDto,
} from './groups.dto.js';
import { SignInPolicyProtection } from './sign-in-policy-protection.guard.js';

const noGroup = 'there is no group 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const isTaken = 'the name editors is taken';

/** The admin API for groups of people. For administrators and service clients. */
@ApiTags('Groups')
@Controller(`${endpoints.admin}/groups`)
export class GroupsAdminController {
  constructor(
    private readonly store: GroupsStore,
    private readonly groups: Groups,
    private readonly members: GroupMembers,
  ) {}

  @Get()
  @AdminRead('groups', { summary: 'List groups', returns: GroupPageDto })
  async listGroups(@Query() { parent_id: parentId, ...query }: GroupsQuery): Promise<GroupPageDto> {
    return toPageDto(await this.store.list({ ...query, parentId }), toGroupDto);
  }

  @Post()
  @AdminWrite('groups', {
    summary: 'Create a group',
    status: 201,
    returns: GroupDto,
    body: {
      type: CreateGroupDto,
      examples: { 'new group': { summary: 'A group without a parent', value: { name: 'new-group' } } },
    },
    refuses: { 409: isTaken },
  })
  async createGroup(@Body() body: CreateGroupDto, @Actor() actor: Originator): Promise<GroupDto> {
    return toGroupDto(await this.groups.create(body, actor));
  }

  @Get(':group_id')
  @AdminRead('groups', {
    summary: 'Read a group',
    returns: GroupDto,
    refuses: { 404: noGroup },
    tagged: true,
  })
  async readGroup(
    @PathId('group_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupDto> {
    return shown(await this.groups.require(id), reply);
  }

  @Patch(':group_id')
  @AdminWrite('groups', {
    summary: 'Update a group',
    guards: [SignInPolicyProtection],
    description:
      'Omitted fields keep their values. Tokens that are issued from then on carry the new name. A group cannot stand below itself, and groups can be nested ten levels deep. Only administrators change a group that asks for a second factor.',
    returns: GroupDto,
    body: {
      type: UpdateGroupDto,
      examples: {
        nothing: changeNothing,
        description: { summary: 'Another description', value: { description: 'Those who write' } },
      },
    },
    refuses: { 404: noGroup, 409: isTaken, 412: true },
    tagged: true,
  })
  async updateGroup(
    @PathId('group_id') id: string,
    @Body() changes: UpdateGroupDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupDto> {
    return shown(await this.groups.update(id, changes, actor, { precondition }), reply);
  }

  @Delete(':group_id')
  @AdminWrite('groups', {
    summary: 'Delete a group',
    guards: [SignInPolicyProtection],
    description:
      'Its members stay, and lose the roles that they had by it. Tokens that are issued from then on do not carry it.',
    refuses: {
      404: noGroup,
      409: 'there are groups below this one: move or delete them first',
      412: true,
    },
  })
  async deleteGroup(
    @PathId('group_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.groups.delete(id, actor, { precondition });
  }

  @Get(':group_id/members')
  @AdminRead('groups', {
    summary: 'List the members of a group',
    description: 'Those of the group itself. Members of the groups below it are members, too.',
    returns: GroupMemberPageDto,
    refuses: { 404: noGroup },
  })
  async listGroupMembers(
    @PathId('group_id') id: string,
    @Query() query: PageQuery,
  ): Promise<GroupMemberPageDto> {
    await this.groups.require(id);
    return toPageDto(await this.store.members(id, query), toGroupMemberDto);
  }

  @Put(':group_id/members/:user_id')
  @AdminWrite('groups', { summary: 'Make a user a member of a group', refuses: { 404: noGroup } })
  async addGroupMember(
    @PathId('group_id') id: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.members.add(id, userId, actor);
  }

  @Delete(':group_id/members/:user_id')
  @AdminWrite('groups', {
    summary: 'Remove a user from a group',
    guards: [SignInPolicyProtection],
    description: 'The user stays a member if they are one of a group below it.',
    refuses: { 404: noGroup },
  })
  async removeGroupMember(
    @PathId('group_id') id: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.members.remove(id, userId, actor);
  }
}

/** The group in the response, with the tag of its state. */
function shown(group: Group, reply: FastifyReply): GroupDto {
  sendEntityTag(reply, group);
  return toGroupDto(group);
}
