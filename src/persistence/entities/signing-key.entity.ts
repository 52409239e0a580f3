import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch, Text } from '../columns.js';

export type SigningKeyState = 'next' | 'active' | 'retired';

@Entity('signing_keys')
export class SigningKey {
  @PrimaryColumn({ type: 'varchar', length: 64 }) kid: string;
  @Text(16) alg: string;
  @Text(16) state: SigningKeyState;
  @LongText() publicJwk: string;
  /** The private JWK, encrypted under `EYRIE_SECRET`. */
  @LongText() privateJwkSealed: string;
  @Epoch() createdAt: number;
  @OptionalEpoch() activatedAt: number | null;
  @OptionalEpoch() retiredAt: number | null;
  /** Until when a retired key is kept. */
  @OptionalEpoch() expiresAt: number | null;
}
