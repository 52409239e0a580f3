import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText, OptionalCount, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** What a link in a mail is for. */
export type LinkPurpose =
  | 'password_reset'
  | 'invitation'
  | 'email_verification'
  | 'email_change'
  | 'sign_up'
  | 'organization_invitation';

/** A link that was mailed. It works once, and only as long as what it was made for is unchanged. */
@Entity('mailed_links')
export class MailedLink {
  @PrimaryColumn({ type: 'varchar', length: 43 }) tokenHash: string;
  @Text(32) purpose: LinkPurpose;
  /** Null if it makes the user, or is for whoever has the address. */
  @OptionalText(36) userId: string | null;
  /** The address to which it was mailed. */
  @Text(320) email: string;
  /** The address that the user had: with another one the link is void. */
  @OptionalText(320) userEmail: string | null;
  /** The user's credentials, if the link is void once these change. */
  @OptionalCount() credentialsVersion: number | null;
  /** The address that it puts in place of the one that the user has. */
  @OptionalText(320) newEmail: string | null;
  /** Links to both addresses of a change have the same id here; links of an invitation into an organization have its id. */
  @OptionalText(36) pairId: string | null;
  /** The sealed interaction during which it was asked for. */
  @LongText({ nullable: true }) interaction: string | null;
  @Epoch() createdAt: number;
  @Epoch() expiresAt: number;
  @OptionalEpoch() usedAt: number | null;
}
