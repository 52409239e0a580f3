import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, OptionalCount, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** What a link in a mail is for. */
export type LinkPurpose = 'password_reset' | 'invitation' | 'email_verification' | 'email_change' | 'sign_up';

/** A link that was mailed. It works once, and only as long as what it was made for is unchanged. */
@Entity('mailed_links')
export class MailedLink {
  @PrimaryColumn({ type: 'varchar', length: 43 }) tokenHash: string;
  @Text(32) purpose: LinkPurpose;
  /** Null if it makes the user. */
  @OptionalText(36) userId: string | null;
  /** The address to which it was mailed. */
  @Text(320) email: string;
  /** The user's credentials, if the link is void once these change. */
  @OptionalCount() credentialsVersion: number | null;
  /** The address that it confirms, if that is another one than the user has. */
  @OptionalText(320) newEmail: string | null;
  /** Links that count only together have the same id here. */
  @OptionalText(36) pairId: string | null;
  @Epoch() createdAt: number;
  @Epoch() expiresAt: number;
  @OptionalEpoch() usedAt: number | null;
}
