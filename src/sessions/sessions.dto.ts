import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../persistence/entities/session.entity.js';

/** A browser in which a user is signed in. */
export class SessionDto {
  @ApiProperty({ format: 'uuid', description: 'The `sid` of ID tokens' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  authenticated_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch, to the minute' })
  last_seen_at: number;

  @ApiProperty({
    type: 'integer',
    description: 'When it ends however much it is used, in seconds since the epoch',
  })
  expires_at: number;

  @ApiProperty({ description: 'How strongly the user was authenticated' })
  acr: string;

  @ApiProperty({ type: [String], example: ['pwd'], description: 'By which methods (RFC 8176)' })
  amr: string[];

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true })
  user_agent: string | null;
}

/** The open sessions of a user, oldest first. */
export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  items: SessionDto[];
}

/** What the admin API shows of a session. */
export function toSessionDto(session: Session): SessionDto {
  return {
    id: session.id,
    authenticated_at: session.authenticatedAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
    acr: session.acr,
    amr: session.amr,
    address: session.address,
    user_agent: session.userAgent,
  };
}
