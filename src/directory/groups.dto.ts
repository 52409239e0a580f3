import { ApiProperty, PartialType } from '@nestjs/swagger';
import type { Group } from '../persistence/entities/group.entity.js';
import type { ListedMember } from '../persistence/stores/groups.store.js';
import { shownText } from '../protocol/shown-text.js';
import { maxIdLength, maxSearchLength, TextField } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';
import type { NewGroup } from './groups.js';

/** Characters of the name and of the description of a group or role. */
export const maxNameLength = 255;

/** A new group. */
export class CreateGroupDto implements NewGroup {
  @TextField({
    maxLength: maxNameLength,
    ...shownText,
    example: 'editors',
    description: 'As tokens carry it; no two groups have the same name',
  })
  name: string;

  @TextField({ maxLength: maxNameLength, ...shownText, nullable: true, example: 'Those who write' })
  description?: string | null;

  @TextField({
    maxLength: maxIdLength,
    nullable: true,
    example: null,
    description: 'The group above it: members of this group are members of that one, too',
  })
  parent_id?: string | null;
}

/** Changes of a group. Omitted fields keep their values; null removes a value. */
export class UpdateGroupDto extends PartialType(CreateGroupDto, { skipNullProperties: false }) {}

/** Filter for the list of groups. */
export class GroupsQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxSearchLength,
    description: 'Only groups whose name or description contains this text, in any case',
  })
  search?: string;

  @TextField({ optional: true, maxLength: maxIdLength, description: 'Only groups directly below this one' })
  parent_id?: string;
}

/** A group in the form of the admin API. */
export class GroupDto extends CreateGroupDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class GroupPageDto extends PageOf(GroupDto) {}

/** A user who is a member of a group itself, not of one below it. */
export class GroupMemberDto {
  @ApiProperty({ format: 'uuid' })
  user_id: string;

  @ApiProperty({ example: 'alice' })
  username: string;

  @ApiProperty({ type: 'integer', description: 'Since when, in seconds since the epoch' })
  since: number;
}

export class GroupMemberPageDto extends PageOf(GroupMemberDto) {}

/** A group in the form of the admin API. */
export const toGroupDto = (group: Group): GroupDto => ({
  id: group.id,
  name: group.name,
  description: group.description,
  parent_id: group.parentId,
  created_at: group.createdAt,
  updated_at: group.updatedAt,
});

export const toGroupMemberDto = ({ id, username, createdAt }: ListedMember): GroupMemberDto => ({
  user_id: id,
  username,
  since: createdAt,
});
