import { ApiProperty } from '@nestjs/swagger';
import {
  type OrganizationDomain,
  type VerificationMethod,
  verificationMethods,
} from '../../persistence/entities/organization-domain.entity.js';
import { ChoiceField, TextField } from '../../resource/fields.js';
import { PageOf } from '../../resource/paging.dto.js';
import { provingRecordOf } from './domain-proofs.js';

/** Characters of a domain as it is typed: an international one may be longer in DNS. */
const maxTypedDomainLength = 253;

/** A domain for an organization. */
export class AddOrganizationDomainDto {
  @TextField({
    maxLength: maxTypedDomainLength,
    format: 'idn-hostname',
    example: 'example.com',
    description:
      'Kept in lower case, and an international name as DNS has it. Domains below it do not belong to it',
  })
  domain: string;
}

/** How a domain is verified. */
export class VerifyOrganizationDomainDto {
  @ChoiceField({
    values: verificationMethods,
    default: 'dns',
    example: 'dns',
    description:
      '`dns`: the TXT record is looked up. `administrator`: the domain counts as verified on the word of the caller, who needs the scope `eyrie.admin`',
  })
  by: VerificationMethod = 'dns';
}

/** The TXT record that verifies a domain. */
export class DomainRecordDto {
  @ApiProperty({ example: '_eyrie-challenge.example.com' })
  name: string;

  @ApiProperty({ example: 'eyrie-verification=XGQ7q1Y0dB2yq1b9a1Zr8v3C5n7t0m4k6p8s2u4w6y8' })
  value: string;
}

/** A domain of an organization. */
export class OrganizationDomainDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty()
  verified: boolean;

  @ApiProperty({ type: String, enum: verificationMethods, nullable: true })
  verified_by: VerificationMethod | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seconds since the epoch' })
  verified_at: number | null;

  @ApiProperty({
    type: DomainRecordDto,
    nullable: true,
    description: 'The TXT record that verifies it; null once it is verified',
  })
  txt_record: DomainRecordDto | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;
}

export class OrganizationDomainPageDto extends PageOf(OrganizationDomainDto) {}

/** A domain in the form of the admin API. */
export const toOrganizationDomainDto = (row: OrganizationDomain): OrganizationDomainDto => ({
  id: row.id,
  domain: row.domain,
  verified: row.verifiedAt !== null,
  verified_by: row.verifiedBy,
  verified_at: row.verifiedAt,
  txt_record: row.verifiedAt === null ? provingRecordOf(row) : null,
  created_at: row.createdAt,
});
