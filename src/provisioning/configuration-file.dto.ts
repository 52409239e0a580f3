import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import { ClientSecretField, IdentifiedClientDto } from '../clients/clients.dto.js';
import { PutAttributeDto } from '../directory/attributes/attributes.dto.js';
import { CreateGroupDto, maxNameLength } from '../directory/groups.dto.js';
import { GroupNamesField, RoleReference, RoleReferencesField } from '../directory/role-reference.js';
import { CreateRoleDto } from '../directory/roles.dto.js';
import { FlagField, TextField } from '../resource/fields.js';
import { PutDetailTypeDto } from '../resource/authorization-details/detail-types.dto.js';
import { PutResourceDto } from '../resource/resources.dto.js';
import { PutAssertionPolicyDto } from '../clients/assertion-policies/assertion-policies.dto.js';
import { PutTrustedIssuerDto } from '../clients/trusted-issuers/trusted-issuers.dto.js';
import { PutUpstreamDto } from '../sign-in/upstream/upstreams.dto.js';
import { AttributesField } from '../users/user-attributes.dto.js';
import { PasswordHashField } from '../users/user-fields.js';
import { CreateUserDto } from '../users/users.dto.js';
import { type ClaimEntry, IsClaimSection } from './claim-entries.js';
import { schemaOfClass } from './class-schema.js';
import { OrganizationEntry } from './organization-entries.js';

/** The name of an environment variable; optional. */
const VariableField = (): PropertyDecorator =>
  TextField({
    optional: true,
    maxLength: 255,
    pattern: /^\w+$/,
    patternMeaning: 'must be the name of an environment variable',
    description: 'The environment variable that holds it',
  });

/** The name of a file with a secret; optional. */
const SecretFileField = (): PropertyDecorator =>
  TextField({
    optional: true,
    maxLength: 4_096,
    description: 'The file that holds it; a relative name begins in the folder of this file',
  });

/** A role with its owner, where a name alone does not do. */
const roleReferenceSchema = schemaOfClass(RoleReference);

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

  @VariableField()
  client_secret_env?: string;

  @SecretFileField()
  client_secret_file?: string;

  @FlagField({ optional: true, description: 'Whether its requests are rejected; unchanged if omitted' })
  disabled?: boolean;
}

/** A user, with the fields of the admin API. An existing user needs no password. */
export class UserEntry extends IntersectionType(
  OmitType(CreateUserDto, ['password']),
  PartialType(PickType(CreateUserDto, ['password']), { skipNullProperties: false }),
) {
  @VariableField()
  password_env?: string;

  @SecretFileField()
  password_file?: string;

  @PasswordHashField(
    'In place of a password: the hash of one, as another service had it: argon2, PBKDF2 or scrypt (PHC string format), or bcrypt. Set when the user is created; replaced by argon2id at the next sign-in if it is another kind, or weaker',
  )
  password_hash?: string;

  @FlagField({ optional: true, description: 'Whether the user may not sign in; unchanged if omitted' })
  disabled?: boolean;

  @GroupNamesField('The names of all groups that the user is a member of itself; unchanged if omitted')
  groups?: string[];

  @AttributesField({
    optional: true,
    description: 'Values of attributes, by their names; those that are omitted stay, null removes one',
  })
  attributes?: Record<string, unknown>;

  @RoleReferencesField(
    'All roles that the user is given, besides those of groups; unchanged if omitted',
    roleReferenceSchema,
  )
  roles?: RoleReference[];
}

/** An attribute of users, with the fields of the admin API. */
export class AttributeEntry extends PutAttributeDto {}

/** A role, with the fields of the admin API. */
export class RoleEntry extends CreateRoleDto {}

/** A group, with the fields of the admin API; the group above it goes by its name. */
export class GroupEntry extends OmitType(CreateGroupDto, ['parent_id']) {
  @TextField({ maxLength: maxNameLength, nullable: true, description: 'The name of the group above it' })
  parent?: string | null;

  @RoleReferencesField('All roles that the group is given; unchanged if omitted', roleReferenceSchema)
  roles?: RoleReference[];
}

/** An upstream identity provider, with the fields of the admin API. Its secret is that of the file, whenever the file is applied. */
export class UpstreamEntry extends PutUpstreamDto {
  @VariableField()
  client_secret_env?: string;

  @SecretFileField()
  client_secret_file?: string;
}

/** An issuer whose assertions are trusted, with the fields of the admin API. */
export class TrustedIssuerEntry extends PutTrustedIssuerDto {}

/** What a client may be vouched for elsewhere, with the fields of the admin API. */
export class AssertionPolicyEntry extends PutAssertionPolicyDto {}

/** A type of authorization details, with the fields of the admin API. */
export class DetailTypeEntry extends PutDetailTypeDto {}

/** The whole file. */
export class ConfigurationFileDto {
  @IsSection(ResourceEntry)
  resources: ResourceEntry[] = [];

  @IsSection(DetailTypeEntry)
  authorization_details_types: DetailTypeEntry[] = [];

  @IsSection(ClientEntry)
  clients: ClientEntry[] = [];

  @IsSection(RoleEntry)
  roles: RoleEntry[] = [];

  @IsSection(GroupEntry)
  groups: GroupEntry[] = [];

  @IsSection(AttributeEntry)
  attributes: AttributeEntry[] = [];

  @IsClaimSection()
  claims: ClaimEntry[] = [];

  @IsSection(UserEntry)
  users: UserEntry[] = [];

  @IsSection(UpstreamEntry)
  upstreams: UpstreamEntry[] = [];

  @IsSection(TrustedIssuerEntry)
  trusted_issuers: TrustedIssuerEntry[] = [];

  @IsSection(AssertionPolicyEntry)
  assertion_policies: AssertionPolicyEntry[] = [];

  @IsSection(OrganizationEntry)
  organizations: OrganizationEntry[] = [];
}
