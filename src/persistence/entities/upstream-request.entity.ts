import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch, Text } from '../columns.js';

/** A sign-in that was sent to an upstream. Its answer is taken once. */
@Entity('upstream_requests')
export class UpstreamRequest {
  /** SHA-256 of the `state`, base64url. */
  @PrimaryColumn({ type: 'varchar', length: 43 }) stateHash: string;
  @Text(36) upstreamId: string;
  /** What the answer is checked against, and what the sign-in is for. */
  @LongText() contextSealed: string;
  /** When a verified answer has come by a POST of another site: the context holds it until the browser comes for it. */
  @OptionalEpoch() answeredAt: number | null;
  @OptionalEpoch() usedAt: number | null;
  @Epoch() expiresAt: number;
}
