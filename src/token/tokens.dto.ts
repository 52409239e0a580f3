import { ApiProperty } from '@nestjs/swagger';
import type { OpaqueAccessToken } from '../persistence/entities/access-token.entity.js';
import { ClientIdQuery, UserIdQuery } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';

/** Which tokens are listed. */
export class TokensQuery extends TimedPageQuery {
  @UserIdQuery('Only tokens of this user')
  user_id?: string;

  @ClientIdQuery('Only tokens of this client')
  client_id?: string;
}

/** An active opaque access token. The token itself is not stored, only its hash. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', description: 'The `jti` in introspection responses' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  grant_id: string;

  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null if the client acts on its own behalf' })
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

/** A token in the form of the admin API. */
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
