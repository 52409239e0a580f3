import { Entity } from 'typeorm';
import { Count, Epoch, Id, LongText, OptionalText, Text } from '../columns.js';

/** Why a row of a job was refused. */
@Entity('job_errors')
export class JobError {
  @Id() id: string;
  @Text(36) jobId: string;
  /** The line of the file. */
  @Count() line: number;
  @OptionalText() username: string | null;
  /** The member that is invalid; null if it is the row. */
  @OptionalText() member: string | null;
  @LongText() reason: string;
  @Epoch() expiresAt: number;
}
