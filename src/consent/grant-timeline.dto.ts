import { ApiProperty } from '@nestjs/swagger';
import type { AuditDetail } from '../persistence/entities/audit-event.entity.js';
import { GrantDto, toGrantDto } from './grants.dto.js';
import type { Timeline } from './grant-timeline.js';

/** Something that happened with a grant. */
export class TimelineItemDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  at: number;

  @ApiProperty({ example: 'refresh_token.rotated' })
  event: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'user:0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00',
    description: 'Who caused it, as in the audit trail; null if that is not recorded',
  })
  actor: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Of a consent, `words` has the description of each scope as it was shown',
  })
  detail: AuditDetail | null;
}

export class GrantTimelineDto {
  @ApiProperty({ type: GrantDto })
  grant: GrantDto;

  @ApiProperty({ type: [TimelineItemDto], description: 'Oldest first' })
  items: TimelineItemDto[];

  @ApiProperty({ description: 'Whether there is more of a kind than the 200 latest, which are shown' })
  truncated: boolean;
}

export const toGrantTimelineDto = ({ grant, items, isTruncated }: Timeline): GrantTimelineDto => ({
  grant: toGrantDto(grant),
  items: items.map((item) => ({ ...item })),
  truncated: isTruncated,
});
