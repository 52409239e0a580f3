import { ApiProperty } from '@nestjs/swagger';
import type { ListedIdentity } from '../../persistence/stores/identities.store.js';

/** An account at an upstream that is linked to a user. */
export class IdentityDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'acme', description: 'Alias of the upstream' })
  upstream: string;

  @ApiProperty({ example: '248289761001', description: 'Identifier of the user there' })
  subject: string;

  @ApiProperty({ example: 'alice@acme.example', description: 'What the user calls the account there' })
  label: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seconds since the epoch' })
  last_used_at: number | null;
}

export class IdentityListDto {
  @ApiProperty({ type: [IdentityDto] })
  items: IdentityDto[];
}

export const toIdentityDto = (identity: ListedIdentity): IdentityDto => ({
  id: identity.id,
  upstream: identity.alias,
  subject: identity.subject,
  label: identity.label,
  created_at: identity.createdAt,
  last_used_at: identity.lastUsedAt,
});
