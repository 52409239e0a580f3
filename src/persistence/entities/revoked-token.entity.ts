import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, Text } from '../columns.js';

/** A JWT access token that was revoked before its time, by its `jti`. */
@Entity('revoked_tokens')
export class RevokedToken {
  @PrimaryColumn({ type: 'varchar', length: 36 }) jti: string;
  @Text() clientId: string;
  @Epoch() revokedAt: number;
  @Epoch() expiresAt: number;
}
