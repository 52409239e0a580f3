import { ApiProperty, PartialType, PickType } from '@nestjs/swagger';
import type { Role } from '../persistence/entities/role.entity.js';
import type { ListedHolder } from '../persistence/stores/roles.store.js';
import { shownText } from '../protocol/shown-text.js';
import { maxClientIdLength, maxSearchLength, TextField } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';
import { maxIdentifierLength } from '../resource/path-parameters.js';
import { maxNameLength } from './groups.dto.js';
import type { NamedOwner } from './role-owners.js';
import type { NewRole } from './roles.js';

/** A new role. */
export class CreateRoleDto implements NewRole {
  @TextField({
    maxLength: maxNameLength,
    ...shownText,
    example: 'editor',
    description: 'As tokens carry it; its client, its resource or the service has no other role of that name',
  })
  name: string;

  @TextField({ maxLength: maxNameLength, ...shownText, nullable: true, example: 'May change texts' })
  description?: string | null;

  @TextField({
    optional: true,
    maxLength: maxClientIdLength,
    description: 'The client whose role it is: tokens for other clients do not carry it',
  })
  client_id?: string;

  @TextField({
    optional: true,
    maxLength: maxIdentifierLength,
    description:
      'The identifier of the resource whose role it is: tokens for other audiences do not carry it',
  })
  resource?: string;
}

/** Changes of a role. Omitted fields keep their values; null removes a value. */
export class UpdateRoleDto extends PartialType(PickType(CreateRoleDto, ['name', 'description']), {
  skipNullProperties: false,
}) {}

/** Filter for the list of roles. */
export class RolesQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxSearchLength,
    description: 'Only roles whose name or description contains this text, in any case',
  })
  search?: string;

  @TextField({ optional: true, maxLength: maxClientIdLength, description: 'Only roles of this client' })
  client_id?: string;

  @TextField({ optional: true, maxLength: maxIdentifierLength, description: 'Only roles of this resource' })
  resource?: string;
}

/** A role, without who made it when. */
export class NamedRoleDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'editor' })
  name: string;

  @ApiProperty({ type: String, required: false, description: 'The client whose role it is' })
  client_id?: string | undefined;

  @ApiProperty({ type: String, required: false, description: 'The resource whose role it is' })
  resource?: string | undefined;
}

/** A role in the form of the admin API; one of the whole service if it has neither client_id nor resource. */
export class RoleDto extends NamedRoleDto {
  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class RolePageDto extends PageOf(RoleDto) {}

/** A user or a group that was given a role. */
export class RoleHolderDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The username, or the name of the group', example: 'alice' })
  name: string;

  @ApiProperty({ type: 'integer', description: 'Since when, in seconds since the epoch' })
  since: number;
}

export class RoleHolderPageDto extends PageOf(RoleHolderDto) {}

export const toRoleDto = (role: Role, owner: NamedOwner): RoleDto => ({
  id: role.id,
  name: role.name,
  ...owner,
  description: role.description,
  created_at: role.createdAt,
  updated_at: role.updatedAt,
});

export const toRoleHolderDto = ({ id, name, createdAt }: ListedHolder): RoleHolderDto => ({
  id,
  name,
  since: createdAt,
});
