import { ApiProperty } from '@nestjs/swagger';
import { NamedRoleDto } from './roles.dto.js';

/** A group that a user is a member of. */
export class UserGroupDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'editors' })
  name: string;

  @ApiProperty({ description: 'Whether the user is a member of the group itself, not by a group below it' })
  direct: boolean;
}

/** A role that a user has. */
export class UserRoleDto extends NamedRoleDto {
  @ApiProperty({ description: 'Whether the role was given to the user, not by a group' })
  direct: boolean;
}

/** What a user is a member of, and may, by the directory. */
export class MembershipsDto {
  @ApiProperty({ type: [UserGroupDto] })
  groups: UserGroupDto[];

  @ApiProperty({ type: [UserRoleDto] })
  roles: UserRoleDto[];
}
