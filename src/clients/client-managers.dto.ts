import { ApiProperty } from '@nestjs/swagger';
import type { ListedManager } from '../persistence/stores/client-managers.store.js';

/** Somebody who manages a client. */
export class ClientManagerDto {
  @ApiProperty({ format: 'uuid' })
  user_id: string;

  @ApiProperty({ example: 'alice' })
  username: string;

  @ApiProperty({ type: 'integer', description: 'Since when, in seconds since the epoch' })
  since: number;
}

export class ClientManagerListDto {
  @ApiProperty({ type: [ClientManagerDto] })
  items: ClientManagerDto[];
}

export const toClientManagerDto = ({ userId, username, createdAt }: ListedManager): ClientManagerDto => ({
  user_id: userId,
  username,
  since: createdAt,
});
