import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** A client that wants to know of the end of a session in which it was let in. */
@Entity('session_clients')
export class SessionClient {
  @PrimaryColumn({ type: 'varchar', length: 36 }) sessionId: string;
  @PrimaryColumn({ type: 'varchar', length: 255 }) clientId: string;
  /** The end of the session. */
  @Epoch() expiresAt: number;
}
