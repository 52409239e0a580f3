import { Entity, PrimaryColumn } from 'typeorm';
import type { Confirmation } from '../../protocol/confirmation.js';
import { Epoch, Json, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** A refresh token. Rotated ones stay until their grant ends, so that a replay is seen. */
@Entity('refresh_tokens')
export class RefreshToken {
  @PrimaryColumn({ type: 'varchar', length: 43 }) tokenHash: string;
  @Text(36) grantId: string;
  @Text() clientId: string;
  @Epoch() issuedAt: number;
  /** The end of its idle life. */
  @Epoch() expiresAt: number;
  @OptionalEpoch() consumedAt: number | null;
  /** The successor, readable only with this token itself. */
  @OptionalText(128) successorSealed: string | null;
  /** What it is bound to, where its client does not authenticate (RFC 9449 §5). */
  @Json({ nullable: true }) cnf: Confirmation | null;
}
