import { ApiProperty } from '@nestjs/swagger';
import type { NamedGrant } from '../persistence/stores/affected-grants.store.js';

/** A grant that a call would end. */
export class EndingGrantDto {
  @ApiProperty({ format: 'uuid' })
  grant_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null if the client acts on its own behalf' })
  user_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'alice' })
  username: string | null;

  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ example: 'MessageWriter' })
  client_name: string;

  @ApiProperty({ example: 'openid contacts.read' })
  scope: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;
}

/** What a call would end. */
export class ForesightDto {
  @ApiProperty({ type: 'integer', description: 'Active grants that would be revoked, with their tokens' })
  grants: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Active grants that would lose scopes or authorization details and stay active with the others',
  })
  narrowed_grants: number;

  @ApiProperty({
    type: 'integer',
    description: 'Active grants that would stay, and whose refresh tokens would no longer be accepted',
  })
  unrenewable_grants: number;

  @ApiProperty({ type: 'integer', description: 'Users who gave these grants' })
  people: number;

  @ApiProperty({ type: 'integer', description: 'Clients that have these grants' })
  clients: number;

  @ApiProperty({ type: 'integer', description: 'Active sessions that would end' })
  sessions: number;

  @ApiProperty({ type: [EndingGrantDto], description: 'The first twenty of the grants, oldest first' })
  first: EndingGrantDto[];
}

export const toEndingGrantDto = (grant: NamedGrant): EndingGrantDto => ({
  grant_id: grant.id,
  user_id: grant.userId,
  username: grant.username,
  client_id: grant.clientId,
  client_name: grant.clientName,
  scope: grant.scope,
  created_at: grant.createdAt,
});
