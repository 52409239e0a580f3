import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** An entry of the queue, and its outcome. */
@Entity('deliveries')
export class Delivery {
  @Id() id: string;
  /** The kind of the handler that delivers it. */
  @Text(64) kind: string;
  @OptionalText() clientId: string | null;
  @OptionalText(36) userId: string | null;
  @OptionalText(36) sessionId: string | null;
  /** What else the handler needs. Never holds a password, code, token or secret. */
  @Json({ nullable: true }) payload: Record<string, string | number | boolean> | null;
  /** What only the handler may read, sealed; erased once it is delivered or has failed. */
  @LongText({ nullable: true }) contentSealed: string | null;
  @Text(16) state: 'pending' | 'delivered' | 'failed';
  @Count() attempts: number;
  /** The time of the next attempt; null once it is delivered or has failed. */
  @OptionalEpoch() dueAt: number | null;
  /** Why the last attempt failed. */
  @OptionalText() lastProblem: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() deliveredAt: number | null;
  /** The row is kept until then. */
  @Epoch() expiresAt: number;
}
