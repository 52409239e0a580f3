import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** Something to be delivered later, and how far that has come. */
@Entity('deliveries')
export class Delivery {
  @Id() id: string;
  /** Which handler delivers it. */
  @Text(64) kind: string;
  @OptionalText() clientId: string | null;
  @OptionalText(36) userId: string | null;
  @OptionalText(36) sessionId: string | null;
  /** What else the handler needs. Never holds a password, code, token or secret. */
  @Json({ nullable: true }) payload: Record<string, string | number | boolean> | null;
  @Text(16) state: 'pending' | 'delivered' | 'failed';
  @Count() attempts: number;
  /** The time of the next attempt; null once it is delivered or given up. */
  @OptionalEpoch() dueAt: number | null;
  /** Why the last attempt failed. */
  @OptionalText() lastProblem: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() deliveredAt: number | null;
  /** The row is kept until then. */
  @Epoch() expiresAt: number;
}
