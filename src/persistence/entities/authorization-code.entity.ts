import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, Flag, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** A one-time code (RFC 6749 §4.1.2). Consumed ones stay until their grant ends, so that a replay is seen. */
@Entity('authorization_codes')
export class AuthorizationCode {
  @PrimaryColumn({ type: 'varchar', length: 43 }) codeHash: string;
  @Text(36) grantId: string;
  @Text() clientId: string;
  @LongText() redirectUri: string;
  /** Whether the request named the redirection URI, so that the token request must too (RFC 6749 §4.1.3). */
  @Flag() redirectUriSent: boolean;
  @OptionalText(128) codeChallenge: string | null;
  /** The thumbprint of the key that the token request must prove (RFC 9449 §10). */
  @OptionalText(43) dpopJkt: string | null;
  @LongText({ nullable: true }) nonce: string | null;
  @Epoch() expiresAt: number;
  /** When the grant expires once the code is redeemed. Until then, the grant does not outlast the code. */
  @OptionalEpoch() grantExpiresAt: number | null;
  @OptionalEpoch() consumedAt: number | null;
}
