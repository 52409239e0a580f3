import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { Organization } from '../../persistence/entities/organization.entity.js';
import type { ListedAffiliate } from '../../persistence/stores/organization-members.store.js';
import { shownText } from '../../protocol/shown-text.js';
import { IsTexts } from '../../resource/field-checks.js';
import {
  type About,
  Field,
  FlagField,
  IntegerField,
  maxSearchLength,
  TextField,
} from '../../resource/fields.js';
import { PageOf, TimedPageQuery } from '../../resource/paging.dto.js';
import { maxNameLength } from '../groups.dto.js';
import type { NewOrganization } from './organization-fields.js';
import { sourceNames, sourceNamesOf } from './source-names.js';

/** Characters of the name of an organization, and of a role in one. */
const maxTechnicalNameLength = 63;
const maxRoles = 50;
/** A year, in seconds. */
const maxAgeLimit = 365 * 86_400;
const organizationName = /^[a-z0-9][a-z0-9-]*$/;
const roleName = /^[A-Za-z0-9][\w.:-]*$/;

/** A list of names of roles in an organization. */
export const RoleNamesField = (about: About): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: {
        type: 'string',
        minLength: 1,
        maxLength: maxTechnicalNameLength,
        pattern: roleName.source,
      },
      maxItems: maxRoles,
      uniqueItems: true,
    },
    [
      IsTexts({ minLength: 1, maxLength: maxTechnicalNameLength, maxItems: maxRoles }),
      Matches(roleName, {
        each: true,
        message: '$property must be names of letters, digits, ".", ":", "-" and "_"',
      }),
    ],
    about,
  );

/** A new organization. */
export class CreateOrganizationDto implements NewOrganization {
  @TextField({
    maxLength: maxTechnicalNameLength,
    pattern: organizationName,
    patternMeaning: 'must be of lower-case letters, digits and hyphens, and not begin with a hyphen',
    example: 'acme',
    description: 'As tokens carry it; no two organizations have the same name',
  })
  name: string;

  @TextField({
    optional: true,
    maxLength: maxNameLength,
    ...shownText,
    example: 'Acme',
    description: 'As people see it; the name if omitted',
  })
  display_name?: string;

  @TextField({ maxLength: maxNameLength, ...shownText, nullable: true, example: 'A customer' })
  description?: string | null;

  @RoleNamesField({
    optional: true,
    example: ['admin', 'member'],
    description: 'The roles that members can have in it. A role that is removed is taken from the members',
  })
  roles?: string[];

  @RoleNamesField({
    optional: true,
    example: ['member'],
    description: 'Out of `roles`: those that people get who become members by signing in',
  })
  default_roles?: string[];

  @TextField({
    maxLength: maxTechnicalNameLength,
    nullable: true,
    example: null,
    description:
      'The alias of the upstream at which its people sign in, which is no directory. People with an address of a verified domain are led there',
  })
  upstream?: string | null;

  @FlagField({
    optional: true,
    example: false,
    description:
      'Whether people with a verified address of a verified domain become members when they sign in',
  })
  join_by_domain?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description: 'Whether people who sign in at `upstream` become members',
  })
  join_by_upstream?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description: 'Whether members prove a second factor when they act for the organization',
  })
  require_second_factor?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description: 'Whether members sign in at `upstream` when they act for the organization',
  })
  require_upstream?: boolean;

  @IntegerField({
    min: 60,
    max: maxAgeLimit,
    nullable: true,
    example: null,
    description: 'The greatest age of the sign-in of members who act for the organization, in seconds',
  })
  max_sign_in_age?: number | null;
}

/** Changes of an organization. Omitted fields keep their values; null removes a value. */
export class UpdateOrganizationDto extends PartialType(CreateOrganizationDto, {
  skipNullProperties: false,
}) {}

/** Filter for the list of organizations. */
export class OrganizationsQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxSearchLength,
    description: 'Only organizations whose name, display name or description contains this text, in any case',
  })
  search?: string;
}

/** An organization in the form of the admin API. */
export class OrganizationDto extends OmitType(CreateOrganizationDto, [
  'display_name',
  'roles',
  'default_roles',
  'join_by_domain',
  'join_by_upstream',
  'require_second_factor',
  'require_upstream',
]) {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Acme' })
  display_name: string;

  @ApiProperty({ type: [String], example: ['admin', 'member'] })
  roles: string[];

  @ApiProperty({ type: [String], example: ['member'] })
  default_roles: string[];

  @ApiProperty()
  join_by_domain: boolean;

  @ApiProperty()
  join_by_upstream: boolean;

  @ApiProperty()
  require_second_factor: boolean;

  @ApiProperty()
  require_upstream: boolean;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class OrganizationPageDto extends PageOf(OrganizationDto) {}

/** What a member has in an organization. */
export class PutOrganizationMemberDto {
  @RoleNamesField({
    default: [],
    example: ['member'],
    description: 'All roles that the member has, out of the roles of the organization',
  })
  roles: string[] = [];
}

/** A user who belongs to an organization. */
export class OrganizationMemberDto {
  @ApiProperty({ format: 'uuid' })
  user_id: string;

  @ApiProperty({ example: 'alice' })
  username: string;

  @ApiProperty({ type: [String], example: ['member'] })
  roles: string[];

  @ApiProperty({
    type: [String],
    enum: sourceNames,
    example: ['here'],
    description:
      'What made the membership, which lasts as long as one of these does: `here`, somebody here or an invitation; `domain`, the domain of the verified address; `upstream`, a sign-in there',
  })
  sources: (typeof sourceNames)[number][];

  @ApiProperty({ type: 'integer', description: 'Since when, in seconds since the epoch' })
  since: number;
}

export class OrganizationMemberPageDto extends PageOf(OrganizationMemberDto) {}

/** An organization in the form of the admin API. */
export const toOrganizationDto = (organization: Organization): OrganizationDto => ({
  id: organization.id,
  name: organization.name,
  display_name: organization.displayName,
  description: organization.description,
  roles: organization.roles,
  default_roles: organization.defaultRoles ?? [],
  upstream: organization.upstream,
  join_by_domain: organization.joinByDomain,
  join_by_upstream: organization.joinByUpstream,
  require_second_factor: organization.requireSecondFactor,
  require_upstream: organization.requireUpstream,
  max_sign_in_age: organization.maxSignInAge,
  created_at: organization.createdAt,
  updated_at: organization.updatedAt,
});

export const toOrganizationMemberDto = ({
  id,
  username,
  roles,
  createdAt,
  sources,
}: ListedAffiliate): OrganizationMemberDto => ({
  user_id: id,
  username,
  roles: [...roles],
  sources: sourceNamesOf(sources),
  since: createdAt,
});
