import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import {
  CreateOrganizationDto,
  PutOrganizationMemberDto,
} from '../directory/organizations/organizations.dto.js';
import { Field, TextField } from '../resource/fields.js';
import { maxUsernameLength } from '../users/user-fields.js';
import { schemaOfClass } from './class-schema.js';

/** The most members of an organization that a file names. */
const maxMembers = 10_000;

/** Somebody who belongs to an organization, by their username. */
export class OrganizationMemberEntry extends PutOrganizationMemberDto {
  @TextField({ maxLength: maxUsernameLength, example: 'alice' })
  username: string;
}

/** The members of an entry. */
const OrganizationMembersField = (): PropertyDecorator => {
  const schema = { type: 'array', items: schemaOfClass(OrganizationMemberEntry), maxItems: maxMembers };
  const checks = [
    ArrayMaxSize(maxMembers),
    IsArray(),
    ValidateNested({ each: true }),
    Type(() => OrganizationMemberEntry),
  ];
  return Field(schema, checks, {
    optional: true,
    description: 'All members of the organization; unchanged if omitted',
  });
};

/** An organization, with the fields of the admin API and its members. */
export class OrganizationEntry extends CreateOrganizationDto {
  @OrganizationMembersField()
  members?: OrganizationMemberEntry[];
}
