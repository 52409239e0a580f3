import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../persistence/entities/session.entity.js';
import { PageOf } from '../resource/paging.dto.js';

/** A browser in which a user is signed in. */
export class SessionDto {
  @ApiProperty({
    format: 'uuid',
    description: 'Session identifier: the `sid` claim of the ID tokens of clients with a logout URI',
  })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Time of the last sign-in, in seconds since the epoch' })
  authenticated_at: number;

  @ApiProperty({
    type: 'integer',
    description: 'Time of the last use, in seconds since the epoch, accurate to the minute',
  })
  last_seen_at: number;

  @ApiProperty({
    type: 'integer',
    description: 'Time at which the session expires even if it is used, in seconds since the epoch',
  })
  expires_at: number;

  @ApiProperty({ description: 'Authentication context class (OpenID Connect Core, section 2)' })
  acr: string;

  @ApiProperty({ type: [String], example: ['pwd'], description: 'Authentication methods (RFC 8176)' })
  amr: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'acme',
    description: 'Alias of the upstream identity provider at which the person signed in; null if it was here',
  })
  upstream: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '192.0.2.7',
    description: 'IP address of the last sign-in',
  })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'User-Agent header of the last sign-in' })
  user_agent: string | null;
}

/** The active sessions of a user, oldest first. */
export class SessionPageDto extends PageOf(SessionDto) {}

/** A session in the form of the admin API. */
export function toSessionDto(session: Session): SessionDto {
  return {
    id: session.id,
    authenticated_at: session.authenticatedAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
    acr: session.acr,
    amr: session.amr,
    upstream: session.upstreamAlias,
    address: session.address,
    user_agent: session.userAgent,
  };
}
