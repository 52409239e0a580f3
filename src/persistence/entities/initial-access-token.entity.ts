import { Entity } from 'typeorm';
import { Count, Epoch, Id, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** Lets whoever holds it register clients (RFC 7591 §3.1). */
@Entity('initial_access_tokens')
export class InitialAccessToken {
  @Id() id: string;
  @Text(43) tokenHash: string;
  /** Whom it was given to, in the administrator's words. */
  @OptionalText() note: string | null;
  /** How many clients it may still register; null for any number. */
  @Count({ nullable: true }) usesLeft: number | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() expiresAt: number | null;
}
