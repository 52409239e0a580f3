import { ApiProperty } from '@nestjs/swagger';
import type { InitialAccessToken } from '../../persistence/entities/initial-access-token.entity.js';
import { IntegerField, TextField } from '../../resource/fields.js';
import { shownText } from '../../protocol/shown-text.js';
import { PageOf } from '../../resource/paging.dto.js';
import type { NewInitialAccessToken } from './initial-access-tokens.js';

/** The properties of a new initial access token. */
export class CreateRegistrationTokenDto implements NewInitialAccessToken {
  @TextField({
    optional: true,
    maxLength: 255,
    ...shownText,
    example: 'The build server',
    description: 'Note about who the token is for',
  })
  note?: string;

  @IntegerField({
    optional: true,
    min: 1,
    max: 999_999_999,
    example: 1,
    description: 'Number of clients that it can register; unlimited if omitted',
  })
  uses?: number;

  @IntegerField({
    optional: true,
    min: 1,
    max: 999_999_999,
    example: 86_400,
    description: 'Lifetime in seconds; never expires if omitted',
  })
  lifetime?: number;
}

/** An initial access token. The token itself is not stored, only its hash. */
export class RegistrationTokenDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Note about who the token is for' })
  note: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Number of clients that it can still register; null if unlimited',
  })
  uses_left: number | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When it expires, in seconds since the epoch; null if it never expires',
  })
  expires_at: number | null;
}

/** A token that was just created. */
export class CreatedRegistrationTokenDto extends RegistrationTokenDto {
  @ApiProperty({
    description: 'Sent as `Authorization: Bearer …` to the registration endpoint. Shown only once',
  })
  token: string;
}

export class RegistrationTokensPageDto extends PageOf(RegistrationTokenDto) {}

/** An initial access token in the form of the admin API. */
export function toRegistrationTokenDto(token: InitialAccessToken): RegistrationTokenDto {
  return {
    id: token.id,
    note: token.note,
    uses_left: token.usesLeft,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  };
}
