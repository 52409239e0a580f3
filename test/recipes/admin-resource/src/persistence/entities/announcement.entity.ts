import { Entity } from 'typeorm';
import { Epoch, Id, Text } from '../columns.js';

/** What administrators announce to each other. */
@Entity('announcements')
export class Announcement {
  @Id() id: string;
  @Text() text: string;
  @Epoch() createdAt: number;
}
