import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch, Text } from '../columns.js';

/** A pushed authorization request (RFC 9126). */
@Entity('pushed_requests')
export class PushedRequest {
  @PrimaryColumn({ type: 'varchar', length: 43 }) requestUriHash: string;
  @Text() clientId: string;
  @LongText() parameters: string;
  /** Until then a browser can bring it. */
  @OptionalEpoch() usableUntil: number | null;
  /** The end of the row: later than `usableUntil` once a browser has brought the request to a page of ours. */
  @Epoch() expiresAt: number;
  @OptionalEpoch() consumedAt: number | null;
  /** The answer, sealed: a browser that brings the request twice at once gets it again. */
  @LongText({ nullable: true }) responseSealed: string | null;
}
