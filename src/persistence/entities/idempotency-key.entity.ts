import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch, Text } from '../columns.js';

/** A request that its caller may repeat, with its answer once there is one. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  /** The hash of the caller together with the key. */
  @PrimaryColumn({ type: 'varchar', length: 43 }) keyHash: string;
  /** The run of the request that this row belongs to: another one may have taken its place. */
  @Text(36) runId: string;
  /** The fingerprint of the request, and its answer. */
  @LongText() stateSealed: string;
  /** While the request is under way, until when that is believed. */
  @OptionalEpoch() pendingUntil: number | null;
  @Epoch() expiresAt: number;
}
