import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** What can hold signing keys. */
export const signerNames = ['local', 'pkcs11'] as const;
export type SignerName = (typeof signerNames)[number];

export type SigningKeyState = 'next' | 'active' | 'retired';

@Entity('signing_keys')
export class SigningKey {
  @PrimaryColumn({ type: 'varchar', length: 64 }) kid: string;
  @Text(16) alg: string;
  @Text(16) state: SigningKeyState;
  @LongText() publicJwk: string;
  /** Where its private part is. */
  @Text(16, { default: 'local' }) signer: SignerName;
  /** The private JWK, encrypted under `EYRIE_SECRET`; empty if the key is not in the database. */
  @LongText() privateJwkSealed: string;
  /** The name of the key where it is, if that is not the database. */
  @OptionalText(64) reference: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() activatedAt: number | null;
  @OptionalEpoch() retiredAt: number | null;
  /** Until when a retired key is kept. */
  @OptionalEpoch() expiresAt: number | null;
}
