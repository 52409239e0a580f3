import { Entity } from 'typeorm';
import { Epoch, Flag, Id, Json, LongText, OptionalEpoch, Text } from '../columns.js';

/** A public key credential of a user (WebAuthn Level 3 §4). */
@Entity('passkeys')
export class Passkey {
  @Id() id: string;
  @Text(36) userId: string;
  /** SHA-256 of the credential id, base64url: the id itself is too long for an index. */
  @Text(43) credentialHash: string;
  /** Base64url. */
  @LongText() credentialId: string;
  /** The COSE key, base64url. */
  @LongText() publicKey: string;
  /** The signature counter; 0 if the authenticator has none (§6.1.1). */
  @Epoch() counter: number;
  @Json() transports: string[];
  /** Whether the key is copied to other devices of its owner (§6.1.3), so that it is no hardware key. */
  @Flag() backupEligible: boolean;
  /** The model of the authenticator (§6.5.1), a UUID; zeros if it does not say. */
  @Text(36) aaguid: string;
  @Text(64) name: string;
  @Epoch() createdAt: number;
  @OptionalEpoch() lastUsedAt: number | null;
}
