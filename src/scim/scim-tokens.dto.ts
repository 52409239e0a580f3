import { ApiProperty } from '@nestjs/swagger';
import type { ScimToken } from '../persistence/entities/scim-token.entity.js';
import { FlagField, IntegerField, TextField } from '../resource/fields.js';
import { PageOf } from '../resource/paging.dto.js';
import type { NewScimToken } from './scim-tokens.js';

const nameMeaning =
  'Name of the provisioning client, as the audit trail has it. Tokens of the same name belong to the same client, so that one can replace another';

/** The properties of a new SCIM token. */
export class CreateScimTokenDto implements NewScimToken {
  @TextField({
    maxLength: 64,
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    patternMeaning:
      'must consist of letters, digits, dots, hyphens and underscores, and begin with a letter or digit',
    example: 'entra',
    description: nameMeaning,
  })
  name: string;

  @IntegerField({
    optional: true,
    min: 1,
    max: 999_999_999,
    example: 31_536_000,
    description: 'Lifetime in seconds; never expires if omitted',
  })
  lifetime?: number;

  @FlagField({
    default: false,
    description:
      'Whether the e-mail addresses that come with it count as verified: only if the client is the authority for them',
  })
  verifies_emails?: boolean;
}

/** A SCIM token. The token itself is not stored, only its hash. */
export class ScimTokenDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: nameMeaning })
  name: string;

  @ApiProperty({ description: 'Whether the e-mail addresses that come with it count as verified' })
  verifies_emails: boolean;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When it expires, in seconds since the epoch; null if it never expires',
  })
  expires_at: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When it was last used, to within a minute, in seconds since the epoch; null if it never was',
  })
  last_used_at: number | null;
}

/** A token that was just created. */
export class CreatedScimTokenDto extends ScimTokenDto {
  @ApiProperty({ description: 'Sent as `Authorization: Bearer …` to SCIM. Shown only once' })
  token: string;
}

export class ScimTokenPageDto extends PageOf(ScimTokenDto) {}

/** A SCIM token in the form of the admin API. */
export const toScimTokenDto = (token: ScimToken): ScimTokenDto => ({
  id: token.id,
  name: token.name,
  verifies_emails: token.verifiesEmails,
  created_at: token.createdAt,
  expires_at: token.expiresAt,
  last_used_at: token.lastUsedAt,
});
