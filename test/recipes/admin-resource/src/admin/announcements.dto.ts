import { ApiProperty } from '@nestjs/swagger';
import type { Announcement } from '../persistence/entities/announcement.entity.js';
import { TextField } from '../resource/fields.js';
import { PageOf } from '../resource/paging.dto.js';

/** A new announcement. */
export class CreateAnnouncementDto {
  @TextField({ maxLength: 255, example: 'Keys are rotated on Monday' })
  text: string;
}

/** An announcement. */
export class AnnouncementDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Keys are rotated on Monday' })
  text: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;
}

export class AnnouncementsPageDto extends PageOf(AnnouncementDto) {}

/** What the admin API shows of an announcement. */
export function toAnnouncementDto({ id, text, createdAt }: Announcement): AnnouncementDto {
  return { id, text, created_at: createdAt };
}
