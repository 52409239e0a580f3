import { ApiProperty } from '@nestjs/swagger';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { ClientIdQuery, QueryFlagField, UserIdQuery } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';

/** Which grants are listed. */
export class GrantsQuery extends TimedPageQuery {
  @UserIdQuery('Only grants of this user')
  user_id?: string;

  @ClientIdQuery('Only grants to this client')
  client_id?: string;

  @QueryFlagField({ default: false, description: 'Also expired and revoked grants' })
  include_inactive: boolean = false;

  /** The former name of `include_inactive`. */
  @QueryFlagField({ default: false, isHidden: true })
  include_dead: boolean = false;
}

/** Whose grants are revoked: at least one of the two. */
export class RevokeGrantsQuery {
  @UserIdQuery('Grants of this user')
  user_id?: string;

  @ClientIdQuery('Grants to this client')
  client_id?: string;

  /** Answered before the operation runs. */
  @QueryFlagField({ optional: true, isHidden: true })
  dry_run?: boolean;
}

/** One authorization: every code and token belongs to a grant. */
export class GrantDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'authorization_code' })
  grant_type: string;

  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null if the client acts on its own behalf' })
  user_id: string | null;

  @ApiProperty({ type: String, nullable: true })
  session_id: string | null;

  @ApiProperty({ example: 'openid contacts.read' })
  scope: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'What it allows beside its scopes (RFC 9396)',
  })
  authorization_details: object[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The id of the organization for which it was given; null if for none',
  })
  organization_id: string | null;

  @ApiProperty({ description: 'Whether it stays active after the session ends' })
  offline: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When the user was authenticated, in seconds since the epoch',
  })
  auth_time: number | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When the grant expires (if it is revoked: when it is deleted), in seconds since the epoch; null if it does not expire',
  })
  expires_at: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds since the epoch; null if not revoked',
  })
  revoked_at: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'consent_withdrawn' })
  revoked_reason: string | null;
}

export class GrantPageDto extends PageOf(GrantDto) {}

export class RevokedGrantsDto {
  @ApiProperty({ type: 'integer', description: 'How many grants were revoked' })
  revoked: number;
}

/** What the admin API shows of a grant. */
export function toGrantDto(grant: Grant): GrantDto {
  return {
    id: grant.id,
    grant_type: grant.grantType,
    client_id: grant.clientId,
    user_id: grant.userId,
    session_id: grant.sessionId,
    scope: grant.scope,
    authorization_details: [...(grant.authorizationDetails ?? [])],
    organization_id: grant.orgId,
    offline: grant.offline,
    auth_time: grant.authTime,
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    revoked_at: grant.revokedAt,
    revoked_reason: grant.revokedReason,
  };
}
