import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import type { InitialAccessToken } from '../../persistence/entities/initial-access-token.entity.js';
import { MayBeAbsent } from '../../resource/field-checks.js';
import { PageOf } from '../../resource/paging.dto.js';
import type { NewInitialAccessToken } from './initial-access-tokens.js';

/** What a new initial access token is to be good for. */
export class CreateRegistrationTokenDto implements NewInitialAccessToken {
  @ApiPropertyOptional({ example: 'The build server', description: 'Whom it is for' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 255)
  note?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 999_999_999,
    example: 1,
    description: 'How many clients it registers; any number when left out',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  uses?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 999_999_999,
    example: 86_400,
    description: 'Seconds that it lives; for good when left out',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  lifetime?: number;
}

/** A token with which clients register themselves; the token itself is not kept. */
export class RegistrationTokenDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Whom it is for' })
  note: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How many clients it may still register; null for any number',
  })
  uses_left: number | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When it ends, in seconds since the epoch; null for never',
  })
  expires_at: number | null;
}

/** A token at its creation. */
export class CreatedRegistrationTokenDto extends RegistrationTokenDto {
  @ApiProperty({
    description: 'Sent as `Authorization: Bearer …` to the registration endpoint; shown this once',
  })
  token: string;
}

export class RegistrationTokensPageDto extends PageOf(RegistrationTokenDto) {}

/** What the admin API shows of a token. */
export function toRegistrationTokenDto(token: InitialAccessToken): RegistrationTokenDto {
  return {
    id: token.id,
    note: token.note,
    uses_left: token.usesLeft,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  };
}
