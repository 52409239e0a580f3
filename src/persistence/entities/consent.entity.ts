import { Entity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Epoch, Id, Json, LongText, Text } from '../columns.js';

/** What a user has allowed a client, remembered for the next request. */
@Entity('consents')
export class Consent {
  @Id() id: string;
  @Text(36) userId: string;
  @Text() clientId: string;
  /** The organization for which they allowed it; empty if for none. */
  @Text(36, { default: '' }) organizationId: string;
  /** What the user allowed, being asked; empty if nothing. */
  @LongText() scope: string;
  /** What the client got beside it without a question, as an administrator trusted it; null in rows of an earlier release. */
  @LongText({ nullable: true }) trustedScope: string | null;
  /** The latest authorization details that the user allowed (RFC 9396); null for none. */
  @Json({ nullable: true }) authorizationDetails: readonly AuthorizationDetail[] | null;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
