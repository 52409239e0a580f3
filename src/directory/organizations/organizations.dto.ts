import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { Organization } from '../../persistence/entities/organization.entity.js';
import type { ListedAffiliate } from '../../persistence/stores/organizations.store.js';
import { shownText } from '../../protocol/shown-text.js';
import { IsTexts } from '../../resource/field-checks.js';
import { type About, Field, maxSearchLength, TextField } from '../../resource/fields.js';
import { PageOf, TimedPageQuery } from '../../resource/paging.dto.js';
import { maxNameLength } from '../groups.dto.js';
import type { NewOrganization } from './organizations.js';

/** Characters of the name of an organization, and of a role in one. */
const maxTechnicalNameLength = 63;
const maxRoles = 50;
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
export class OrganizationDto extends OmitType(CreateOrganizationDto, ['display_name', 'roles']) {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Acme' })
  display_name: string;

  @ApiProperty({ type: [String], example: ['admin', 'member'] })
  roles: string[];

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
  created_at: organization.createdAt,
  updated_at: organization.updatedAt,
});

export const toOrganizationMemberDto = ({
  id,
  username,
  roles,
  createdAt,
}: ListedAffiliate): OrganizationMemberDto => ({
  user_id: id,
  username,
  roles: [...roles],
  since: createdAt,
});
