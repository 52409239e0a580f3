import { Entity } from 'typeorm';
import { Count, Epoch, Id, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** The end of a session, as it is told to one client (OIDC Back-Channel Logout 1.0). */
@Entity('logout_deliveries')
export class LogoutDelivery {
  @Id() id: string;
  @Text(36) sessionId: string;
  @Text(36) userId: string;
  @Text() clientId: string;
  @Text(16) state: 'pending' | 'delivered' | 'failed';
  @Count() attempts: number;
  /** When it is tried next; null once it is delivered or given up. */
  @OptionalEpoch() dueAt: number | null;
  /** Why the last attempt did not succeed. */
  @OptionalText() lastProblem: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() deliveredAt: number | null;
  /** Until when the row is kept. */
  @Epoch() expiresAt: number;
}
