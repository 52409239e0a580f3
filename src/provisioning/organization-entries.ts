import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import {
  CreateOrganizationDto,
  PutOrganizationMemberDto,
} from '../directory/organizations/organizations.dto.js';
import { PutOrganizationConsentDto } from '../consent/organizations/organization-consents.dto.js';
import { maxDomains } from '../directory/organizations/organization-domains.js';
import { AddOrganizationDomainDto } from '../directory/organizations/organization-domains.dto.js';
import { Field, FlagField, maxClientIdLength, TextField } from '../resource/fields.js';
import { maxUsernameLength } from '../users/user-fields.js';
import { schemaOfClass } from './class-schema.js';

/** The most members of an organization that a file names. */
const maxMembers = 10_000;
/** The most clients that a file allows something in place of the members of one organization. */
const maxConsents = 1_000;

/** Somebody who belongs to an organization, by their username. */
export class OrganizationMemberEntry extends PutOrganizationMemberDto {
  @TextField({ maxLength: maxUsernameLength, example: 'alice' })
  username: string;
}

/** A domain of an organization. */
export class OrganizationDomainEntry extends AddOrganizationDomainDto {
  @FlagField({
    default: false,
    description:
      'Whether it counts as verified on the word of the file. One that is verified stays so either way',
  })
  verified: boolean = false;
}

/** What a client is allowed in place of the members of an organization. */
export class OrganizationConsentEntry extends PutOrganizationConsentDto {
  @TextField({ maxLength: maxClientIdLength, example: 'message-writer' })
  client_id: string;
}

/** A list of everything of a kind that an organization has. */
const EntriesField = (entry: new () => object, maxItems: number, description: string): PropertyDecorator => {
  const schema = { type: 'array', items: schemaOfClass(entry), maxItems };
  const checks = [ArrayMaxSize(maxItems), IsArray(), ValidateNested({ each: true }), Type(() => entry)];
  return Field(schema, checks, { optional: true, description });
};

/** An organization, with the fields of the admin API, its members, its domains and what clients are allowed in place of its members. */
export class OrganizationEntry extends CreateOrganizationDto {
  @EntriesField(OrganizationMemberEntry, maxMembers, 'All members of the organization; unchanged if omitted')
  members?: OrganizationMemberEntry[];

  @EntriesField(OrganizationDomainEntry, maxDomains, 'All domains of the organization; unchanged if omitted')
  domains?: OrganizationDomainEntry[];

  @EntriesField(
    OrganizationConsentEntry,
    maxConsents,
    'All that clients are allowed in place of its members; unchanged if omitted',
  )
  consents?: OrganizationConsentEntry[];
}
