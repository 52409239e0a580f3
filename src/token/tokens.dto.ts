import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { OpaqueAccessToken } from '../persistence/entities/access-token.entity.js';
import { PageOf, PageQuery } from '../resource/paging.dto.js';

/** Which tokens are listed. */
export class TokensQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those about this user' })
  @IsOptional()
  @IsString()
  @Length(1, 36)
  user_id?: string;

  @ApiPropertyOptional({ description: 'Only those of this client' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  client_id?: string;
}

/** An opaque access token that lives; the token itself is kept nowhere. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', description: 'Its `jti` at introspection' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  grant_id: string;

  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where a client acts for itself' })
  user_id: string | null;

  @ApiProperty({ example: 'contacts.read' })
  scope: string;

  @ApiProperty({ type: [String], example: ['https://contacts.example.com'] })
  audience: string[];

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  issued_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  expires_at: number;
}

export class TokenPageDto extends PageOf(TokenDto) {}

/** What the admin API shows of a token. */
export function toTokenDto(token: OpaqueAccessToken): TokenDto {
  return {
    id: token.id,
    grant_id: token.grantId,
    client_id: token.clientId,
    user_id: token.userId,
    scope: token.scope,
    audience: token.audience,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
  };
}
