import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsArray, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { ClientSecretField, IdentifiedClientDto } from '../clients/clients.dto.js';
import { CreateGroupDto, maxNameLength } from '../directory/groups.dto.js';
import { CreateRoleDto } from '../directory/roles.dto.js';
import { IsTexts, MayBeAbsent } from '../resource/field-checks.js';
import { TextField } from '../resource/fields.js';
import { PutResourceDto } from '../resource/resources.dto.js';
import { CreateUserDto } from '../users/users.dto.js';
import { IsRoleReferences, maxMemberships, type RoleReference } from './role-reference.js';

/** The name of an environment variable; optional. */
const IsVariableName = (): PropertyDecorator => (target, property) => {
  ValidateIf((_object, value) => value !== undefined)(target, property);
  Matches(/^\w+$/, { message: '$property must be the name of an environment variable' })(target, property);
};

/** A list of entries; a missing section is an empty list. */
const IsSection =
  (entry: new () => object): PropertyDecorator =>
  (target, property) => {
    Transform(({ value }: { value: unknown }) => value ?? [])(target, property);
    IsArray()(target, property);
    ValidateNested({ each: true })(target, property);
    Type(() => entry)(target, property);
  };

/** A protected resource, with the fields of the admin API. */
export class ResourceEntry extends PutResourceDto {}

/** A client, with the fields of the admin API. */
export class ClientEntry extends IdentifiedClientDto {
  /** A short one may stay if its client has it. A new one is refused later. */
  @ClientSecretField(1)
  client_secret?: string;

  /** The environment variable that holds its secret. */
  @IsVariableName()
  client_secret_env?: string;
}

/** A user, with the fields of the admin API. An existing user needs no password. */
export class UserEntry extends IntersectionType(
  OmitType(CreateUserDto, ['password']),
  PartialType(PickType(CreateUserDto, ['password']), { skipNullProperties: false }),
) {
  /** The environment variable that holds the password. */
  @IsVariableName()
  password_env?: string;

  /** The names of all groups that the user is a member of itself; unchanged if omitted. */
  @MayBeAbsent()
  @IsTexts({ minLength: 1, maxLength: maxNameLength, maxItems: maxMemberships })
  groups?: string[];

  /** All roles that the user is given, besides those of groups; unchanged if omitted. */
  @IsRoleReferences()
  roles?: RoleReference[];
}

/** A role, with the fields of the admin API. */
export class RoleEntry extends CreateRoleDto {}

/** A group, with the fields of the admin API; the group above it goes by its name. */
export class GroupEntry extends OmitType(CreateGroupDto, ['parent_id']) {
  @TextField({ maxLength: maxNameLength, nullable: true })
  parent?: string | null;

  /** All roles that the group is given; unchanged if omitted. */
  @IsRoleReferences()
  roles?: RoleReference[];
}

/** The whole file. */
export class ConfigurationFileDto {
  @IsSection(ResourceEntry)
  resources: ResourceEntry[] = [];

  @IsSection(ClientEntry)
  clients: ClientEntry[] = [];

  @IsSection(RoleEntry)
  roles: RoleEntry[] = [];

  @IsSection(GroupEntry)
  groups: GroupEntry[] = [];

  @IsSection(UserEntry)
  users: UserEntry[] = [];
}
