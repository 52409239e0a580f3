import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalText, Text } from '../columns.js';

/** An error with its explanation, which an administrator looks up by its reference. Holds no secret. */
@Entity('refusals')
export class Refusal {
  @PrimaryColumn({ type: 'varchar', length: 36 }) reference: string;
  @Epoch() at: number;
  /** Method and path. */
  @Text() endpoint: string;
  @Text(64) code: string;
  /** What the response said. */
  @LongText() description: string;
  /** What was expected, and what was received. */
  @LongText({ nullable: true }) detail: string | null;
  /** The client named in the request, if it exists. */
  @OptionalText() clientId: string | null;
  @Epoch() expiresAt: number;
}
