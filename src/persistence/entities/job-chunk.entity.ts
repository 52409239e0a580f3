import { Entity } from 'typeorm';
import { Count, Epoch, Id, LongText, Text } from '../columns.js';

/** A part of what a job reads, or of its result. */
@Entity('job_chunks')
export class JobChunk {
  @Id() id: string;
  @Text(36) jobId: string;
  /** Of an import, how many rows of the job come before it; of an export, how many parts of the file. */
  @Count() ordinal: number;
  /** Of an import, rows as JSON; of an export, the text of the file. */
  @LongText() content: string;
  @Epoch() expiresAt: number;
}
