import { ApiProperty } from '@nestjs/swagger';
import type { SyncProgress, SyncScope, SyncStatus } from './sync-report.js';

const scopes = ['all', 'changes'] as const satisfies readonly SyncScope[];

class SyncProgressDto implements SyncProgress {
  @ApiProperty({
    enum: scopes,
    description: 'Whether it looks at everybody, or at those alone whose entries have changed',
  })
  scope: SyncScope;

  @ApiProperty({ type: 'integer', description: 'When it began, in seconds since the epoch' })
  begun_at: number;

  @ApiProperty({ type: 'integer', description: 'How many accounts, or changed entries, it has looked at' })
  done: number;

  @ApiProperty({ type: 'integer', description: 'How many there are' })
  total: number;
}

/** How the sync with a directory does. */
export class UpstreamSyncDto implements SyncStatus {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When the last sync that was whole ended, in seconds since the epoch; null if there was none',
  })
  synced_at: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'When the last look at everybody ended' })
  fully_synced_at: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last sync came to nothing' })
  problem: string | null;

  @ApiProperty({ type: SyncProgressDto, nullable: true, description: 'The sync that is under way' })
  running: SyncProgressDto | null;
}
