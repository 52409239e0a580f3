import { Entity } from 'typeorm';
import { Epoch, Id, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** How it was found out that a domain belongs to an organization: by a record in DNS, or by the word of an administrator. */
export const verificationMethods = ['dns', 'administrator'] as const;
export type VerificationMethod = (typeof verificationMethods)[number];

/** A domain of an organization. Several organizations can claim it; it is verified for one at most. */
@Entity('organization_domains')
export class OrganizationDomain {
  @Id() id: string;
  @Text(36) organizationId: string;
  /** In lower case, as DNS has it (A-labels). */
  @Text(253) domain: string;
  /** The domain once it is verified; no two rows have the same. */
  @OptionalText(253) verifiedDomain: string | null;
  /** The random part of the record that verifies it. */
  @Text(43) challenge: string;
  @OptionalText(16) verifiedBy: VerificationMethod | null;
  @OptionalEpoch() verifiedAt: number | null;
  @Epoch() createdAt: number;
}
