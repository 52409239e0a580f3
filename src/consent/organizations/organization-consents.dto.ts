import { ApiProperty } from '@nestjs/swagger';
import type { OrganizationConsent } from '../../persistence/entities/organization-consent.entity.js';
import { scopeValues } from '../../protocol/scope.js';
import { QueryFlagField, TextField } from '../../resource/fields.js';
import { PageOf } from '../../resource/paging.dto.js';

/** Characters, as many as the scope of a client has. */
const maxScopeLength = 8_192;

/** What a client is allowed in place of the members of an organization. */
export class PutOrganizationConsentDto {
  @TextField({
    maxLength: maxScopeLength,
    pattern: scopeValues,
    patternMeaning: 'must be scope values separated by single spaces',
    example: 'openid profile',
    description:
      'All scopes for which members are not asked, out of the scope of the client. `organization` need not be named',
  })
  scope: string;
}

/** What becomes of the grants of the client. */
export class WithdrawOrganizationConsentQuery {
  @QueryFlagField({
    default: false,
    description: 'Whether the grants of the client for the organization are revoked, too',
  })
  revoke_grants: boolean = false;

  /** Answered before the operation runs. */
  @QueryFlagField({ optional: true, isHidden: true })
  dry_run?: boolean;
}

/** What a client is allowed in place of the members of an organization, when they act for it. */
export class OrganizationConsentDto {
  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ example: 'openid profile', description: 'Sorted' })
  scope: string;

  @ApiProperty({
    example: 'user:0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00',
    description: 'Who gave it in this form, as in the audit trail',
  })
  given_by: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class OrganizationConsentPageDto extends PageOf(OrganizationConsentDto) {}

/** A consent in the form of the admin API. */
export const toOrganizationConsentDto = (consent: OrganizationConsent): OrganizationConsentDto => ({
  client_id: consent.clientId,
  scope: consent.scope,
  given_by: consent.givenBy,
  created_at: consent.createdAt,
  updated_at: consent.updatedAt,
});
