import { Entity } from 'typeorm';
import { Epoch, Id, Json, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** How an invitation has ended before its time. `replaced`: a newer one went to the same address. */
export type InvitationOutcome = 'accepted' | 'declined' | 'withdrawn' | 'replaced';

/** An invitation of an e-mail address into an organization. It is accepted or declined once. */
@Entity('organization_invitations')
export class OrganizationInvitation {
  @Id() id: string;
  @Text(36) organizationId: string;
  /** The address to which it is mailed. */
  @Text(320) email: string;
  /** The address, as addresses are compared. */
  @Text(320) emailKey: string;
  /** The roles in the organization that it gives. */
  @Json() roles: string[];
  /** Who invites, as the audit trail names them. */
  @Text() invitedBy: string;
  /** The tag of the language of its mails, for whoever has no account. */
  @OptionalText(35) language: string | null;
  @Epoch() createdAt: number;
  @Epoch() expiresAt: number;
  @OptionalText(16) outcome: InvitationOutcome | null;
  @OptionalEpoch() endedAt: number | null;
  /** Who accepted it, or declined it while signed in. */
  @OptionalText(36) userId: string | null;
}
