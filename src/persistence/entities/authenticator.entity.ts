import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch } from '../columns.js';

/** The app with which a user makes one-time codes (RFC 6238). */
@Entity('authenticators')
export class Authenticator {
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  /** The shared secret in base32, encrypted under `EYRIE_SECRET`. */
  @LongText() secretSealed: string;
  /** The time step of the last code that was accepted. */
  @Epoch() lastStep: number;
  @Epoch() createdAt: number;
  @OptionalEpoch() lastUsedAt: number | null;
}
