import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalText, Text } from '../columns.js';

/** A request that was refused, and by which check: for whoever is asked about its reference. Holds no secret. */
@Entity('refusals')
export class Refusal {
  @PrimaryColumn({ type: 'varchar', length: 36 }) reference: string;
  @Epoch() at: number;
  /** Method and path. */
  @Text() endpoint: string;
  @Text(64) code: string;
  /** What the other side was told. */
  @LongText() description: string;
  /** What was expected, and what came. */
  @LongText({ nullable: true }) detail: string | null;
  /** The client that the request named, where it exists. */
  @OptionalText() clientId: string | null;
  @Epoch() expiresAt: number;
}
