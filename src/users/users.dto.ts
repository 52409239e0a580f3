import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsEmail, IsLocale, IsTimeZone } from 'class-validator';
import type { User } from '../persistence/entities/user.entity.js';
import { HasLength } from '../resource/field-checks.js';
import { Field, FlagField, maxSearchLength, TextField, WebAddressField } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';
import { type PartialRole, partialRoles, partialRolesOf } from '../resource/rights.js';
import type { NewUser } from './user-accounts.js';
import {
  AddressField,
  AdminRolesField,
  adminRolesMeaning,
  ClaimField,
  maxUsernameLength,
  PasswordField,
  UsernameField,
} from './user-fields.js';
import { type Profile, toProfile } from './user-profile.js';

/** A user's profile in the names of the standard claims (OIDC Core §5.1). */
export class ProfileDto implements Profile {
  @ClaimField({ example: 'Alice Archer' })
  name?: string | null;

  @ClaimField({ example: 'Alice' })
  given_name?: string | null;

  @ClaimField({ example: 'Archer' })
  family_name?: string | null;

  @ClaimField({ example: null })
  middle_name?: string | null;

  @ClaimField({ example: null })
  nickname?: string | null;

  @WebAddressField({ nullable: true, example: null })
  profile?: string | null;

  @WebAddressField({ nullable: true, example: null })
  picture?: string | null;

  @WebAddressField({ nullable: true, example: null })
  website?: string | null;

  @Field(
    { type: 'string', format: 'email', minLength: 3, maxLength: 320 },
    [HasLength(3, 320), IsEmail({ require_tld: false })],
    { nullable: true, example: 'alice@example.com' },
  )
  email?: string | null;

  @FlagField({
    optional: true,
    description:
      'Becomes false when the address changes, unless the same request sets it. Only one user can have a verified address',
  })
  email_verified?: boolean;

  @ClaimField({ maxLength: 64, example: null })
  gender?: string | null;

  @ClaimField({
    maxLength: 10,
    pattern: /^\d{4}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))?$/,
    patternMeaning: 'must be YYYY-MM-DD or YYYY',
    example: '1990-05-17',
    description: 'YYYY-MM-DD, YYYY, or 0000-MM-DD to omit the year',
  })
  birthdate?: string | null;

  @Field(
    { type: 'string', format: 'time-zone', minLength: 1, maxLength: 64 },
    [HasLength(1, 64), IsTimeZone()],
    { nullable: true, example: 'Europe/Zurich', description: 'A name of the IANA time zone database' },
  )
  zoneinfo?: string | null;

  @Field(
    { type: 'string', format: 'language-tag', minLength: 2, maxLength: 35 },
    [HasLength(2, 35), IsLocale()],
    { nullable: true, example: 'de-CH', description: 'A language tag (BCP 47)' },
  )
  locale?: string | null;

  @ClaimField({
    minLength: 3,
    maxLength: 32,
    pattern: /^\+?[\d ().;=a-z-]{3,31}$/,
    patternMeaning: 'must be a phone number, such as +41446681800',
    example: '+41 44 668 18 00',
  })
  phone_number?: string | null;

  @FlagField({
    optional: true,
    description: 'Becomes false when the number changes, unless the same request sets it',
  })
  phone_number_verified?: boolean;

  @AddressField()
  address?: Record<string, string> | null;
}

/** A new user. */
export class CreateUserDto extends ProfileDto implements NewUser {
  @UsernameField({
    example: 'alice',
    description: 'Name to sign in with; not case-sensitive, and without invisible characters',
  })
  username: string;

  @PasswordField({
    description:
      'Any characters. Refused if it is easy to guess: a common password, a sequence, a repetition, or a name or address of the user',
  })
  password: string;

  @FlagField({ default: false, description: 'Whether the user may use the whole admin API' })
  administrator?: boolean;

  @AdminRolesField({ default: [] })
  admin_roles?: PartialRole[];

  @FlagField({
    default: false,
    description: 'Whether the user must choose another password at the next sign-in',
  })
  password_change_required?: boolean;
}

/** Changes of a user. Omitted fields keep their values; null removes a value. */
export class UpdateUserDto extends ProfileDto {
  @UsernameField({
    optional: true,
    example: 'alice',
    description: 'Another name to sign in with; sessions and grants stay',
  })
  username?: string;

  @FlagField({ optional: true, description: 'Whether the user may use the whole admin API' })
  administrator?: boolean;

  @AdminRolesField({ optional: true })
  admin_roles?: PartialRole[];
}

/** A new password. */
export class SetPasswordDto extends PickType(CreateUserDto, ['password', 'password_change_required']) {
  @FlagField({
    default: false,
    description:
      'Whether clients that the user allowed to keep access (`offline_access`, devices) keep it. By default, they lose it.',
  })
  keep_grants?: boolean;
}

/** Filter for the list of users. */
export class UsersQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxUsernameLength,
    description: 'Only the user with this username',
  })
  username?: string;

  @TextField({
    optional: true,
    maxLength: maxSearchLength,
    description: 'Only users whose username, name or e-mail address contains this text, in any case',
  })
  search?: string;
}

/** A user in the form of the admin API. */
export class UserDto extends ProfileDto {
  @ApiProperty({ format: 'uuid', description: 'Subject (`sub`) of tokens with public subject identifiers' })
  id: string;

  @ApiProperty({ example: 'alice' })
  username: string;

  @ApiProperty({ description: 'Whether the user may use the whole admin API' })
  administrator: boolean;

  @ApiProperty({ enum: partialRoles, isArray: true, description: adminRolesMeaning })
  admin_roles: PartialRole[];

  @ApiProperty({ description: 'Whether the user must choose another password at the next sign-in' })
  password_change_required: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Time at which the user was disabled, in seconds since the epoch; null if enabled',
  })
  disabled_at: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Time at which the account is deleted, in seconds since the epoch, if its owner has asked for that; the user is disabled until then, and keeps the account by signing in, or if it is enabled',
  })
  deletion_due_at: number | null;

  @ApiProperty({ type: 'integer', description: 'Time of creation, in seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Time of the last change, in seconds since the epoch' })
  updated_at: number;
}

export class UserPageDto extends PageOf(UserDto) {}

/** A user in the form of the admin API. */
export function toUserDto(user: User): UserDto {
  return {
    id: user.id,
    username: user.username,
    administrator: user.administrator,
    admin_roles: partialRolesOf(user),
    password_change_required: user.passwordChangeRequired,
    ...toProfile(user),
    disabled_at: user.disabledAt,
    deletion_due_at: user.deletionDueAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}
