import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import {
  IsBoolean,
  IsEmail,
  IsLocale,
  IsOptional,
  IsString,
  IsTimeZone,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import type { User } from '../persistence/entities/user.entity.js';
import { usernameKey } from '../persistence/stores/users.store.js';
import { maxPasswordLength, minPasswordLength, passwordLengthViolation } from '../protocol/password.js';
import { IsShownText, IsWebAddress, MayBeAbsent } from '../resource/field-checks.js';
import { PageOf, PageQuery } from '../resource/paging.dto.js';
import type { NewUser } from './user-accounts.js';
import { type Profile, toProfile } from './user-profile.js';

/** Text of up to 255 characters in one line, or null for no value. */
const IsOptionalText =
  (maxLength = 255): PropertyDecorator =>
  (target, property) => {
    IsOptional()(target, property);
    IsString()(target, property);
    Length(1, maxLength)(target, property);
    IsShownText()(target, property);
  };

const addressMembers = [
  'formatted',
  'street_address',
  'locality',
  'region',
  'postal_code',
  'country',
] as const;

/** A plain object with the members of OIDC Core §5.1.1, or null for no value. */
const IsAddress = (): PropertyDecorator => (target, property) => {
  IsOptional()(target, property);
  ValidateBy(
    {
      name: 'isAddress',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          Object.entries(value).every(
            ([member, text]) =>
              (addressMembers as readonly string[]).includes(member) &&
              typeof text === 'string' &&
              text.length <= 1_024,
          ),
      },
    },
    { message: `$property may only have the members ${addressMembers.join(', ')}, as text` },
  )(target, property);
};

/** A password of the right length. Whether it is easy to guess is checked later, since that depends on the user. */
const IsPassword = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPassword',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && passwordLengthViolation(value) === undefined,
      defaultMessage: (checked) => {
        const value: unknown = checked?.value;
        return `$property ${typeof value === 'string' ? passwordLengthViolation(value) : 'must be a string'}`;
      },
    },
  });

/** Text without control characters and without surrounding spaces. It fits its column, also in the form in which usernames are compared. */
const IsUsername = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isUsername',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          /^[^\p{Cc}\p{Cs}]+$/u.test(value) &&
          value === value.trim() &&
          Math.max(value.length, usernameKey(value).length) <= 255,
      },
    },
    {
      message:
        '$property must be 1 to 255 characters, without surrounding spaces and without control characters',
    },
  );

/** The postal address of OIDC Core §5.1.1. */
export class AddressDto {
  @ApiPropertyOptional({ description: 'Full mailing address; lines are separated by \\n' })
  formatted?: string;
  @ApiPropertyOptional() street_address?: string;
  @ApiPropertyOptional() locality?: string;
  @ApiPropertyOptional() region?: string;
  @ApiPropertyOptional() postal_code?: string;
  @ApiPropertyOptional() country?: string;
}

/** A user's profile in the names of the standard claims (OIDC Core §5.1). */
export class ProfileDto implements Profile {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: 'Alice Archer' })
  @IsOptionalText()
  name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: 'Alice' })
  @IsOptionalText()
  given_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: 'Archer' })
  @IsOptionalText()
  family_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: null })
  @IsOptionalText()
  middle_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: null })
  @IsOptionalText()
  nickname?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uri', example: null })
  @IsWebAddress()
  profile?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uri', example: null })
  @IsWebAddress()
  picture?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uri', example: null })
  @IsWebAddress()
  website?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'email', example: 'alice@example.com' })
  @IsOptional()
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email?: string | null;

  @ApiPropertyOptional({
    default: false,
    description:
      'Becomes false when the address changes, unless the same request sets it. Only one user can have a verified address',
  })
  @MayBeAbsent()
  @IsBoolean()
  email_verified?: boolean;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 64, example: null })
  @IsOptionalText(64)
  gender?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '1990-05-17',
    description: 'YYYY-MM-DD, YYYY, or 0000-MM-DD to omit the year',
  })
  @IsOptional()
  @Matches(/^\d{4}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))?$/, {
    message: '$property must be YYYY-MM-DD or YYYY',
  })
  birthdate?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Europe/Zurich' })
  @IsOptional()
  @IsTimeZone()
  @MaxLength(64)
  zoneinfo?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'de-CH' })
  @IsOptional()
  @IsLocale()
  @MaxLength(35)
  locale?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '+41 44 668 18 00' })
  @IsOptional()
  @Matches(/^\+?[\d ().;=a-z-]{3,31}$/, { message: '$property must be a phone number, such as +41446681800' })
  phone_number?: string | null;

  @ApiPropertyOptional({
    default: false,
    description: 'Becomes false when the number changes, unless the same request sets it',
  })
  @MayBeAbsent()
  @IsBoolean()
  phone_number_verified?: boolean;

  @ApiPropertyOptional({ type: AddressDto, nullable: true })
  @IsAddress()
  address?: Record<string, string> | null;
}

/** A new user. */
export class CreateUserDto extends ProfileDto implements NewUser {
  @ApiProperty({
    example: 'alice',
    minLength: 1,
    maxLength: 255,
    description: 'Name to sign in with; not case-sensitive, and without invisible characters',
  })
  @IsUsername()
  username: string;

  @ApiProperty({
    writeOnly: true,
    minLength: minPasswordLength,
    maxLength: maxPasswordLength,
    format: 'password',
    description:
      'Any characters. Refused if it is easy to guess: a common password, a sequence, a repetition, or a name or address of the user',
  })
  @IsPassword()
  password: string;

  @ApiPropertyOptional({ default: false, description: 'Whether the user can be granted the admin scopes' })
  @MayBeAbsent()
  @IsBoolean()
  administrator?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether the user must choose another password at the next sign-in',
  })
  @MayBeAbsent()
  @IsBoolean()
  password_change_required?: boolean;
}

/** Changes of a user. Omitted fields keep their values; null removes a value. */
export class UpdateUserDto extends ProfileDto {
  @ApiPropertyOptional({ description: 'Whether the user can be granted the admin scopes' })
  @MayBeAbsent()
  @IsBoolean()
  administrator?: boolean;
}

/** A new password. */
export class SetPasswordDto extends PickType(CreateUserDto, ['password', 'password_change_required']) {
  @ApiPropertyOptional({
    default: false,
    description:
      'Whether clients that the user allowed to keep access (`offline_access`, devices) keep it. By default, they lose it.',
  })
  @MayBeAbsent()
  @IsBoolean()
  keep_grants?: boolean;
}

/** Filter for the list of users. */
export class UsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only the user with this username' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  username?: string;
}

/** A user in the form of the admin API. */
export class UserDto extends ProfileDto {
  @ApiProperty({ format: 'uuid', description: 'Subject (`sub`) of tokens with public subject identifiers' })
  id: string;

  @ApiProperty({ example: 'alice' })
  username: string;

  @ApiProperty()
  administrator: boolean;

  @ApiProperty({ description: 'Whether the user must choose another password at the next sign-in' })
  password_change_required: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Time at which the user was disabled, in seconds since the epoch; null if enabled',
  })
  disabled_at: number | null;

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
    password_change_required: user.passwordChangeRequired,
    ...toProfile(user),
    disabled_at: user.disabledAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}
