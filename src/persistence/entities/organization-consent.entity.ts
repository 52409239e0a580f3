import { Entity } from 'typeorm';
import { Epoch, Id, LongText, Text } from '../columns.js';

/** What an administrator allows a client in place of the members of an organization, when they act for it. */
@Entity('organization_consents')
export class OrganizationConsent {
  @Id() id: string;
  @Text(36) organizationId: string;
  @Text() clientId: string;
  /** At least one, separated by spaces, sorted. */
  @LongText() scope: string;
  /** Who gave it in this form, as the audit trail names them. */
  @Text() givenBy: string;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
