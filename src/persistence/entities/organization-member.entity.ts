import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, Flag, OptionalText } from '../columns.js';

/** Somebody who belongs to an organization. The membership lasts as long as one of its sources does. */
@Entity('organization_members')
export class OrganizationMember {
  @PrimaryColumn({ type: 'varchar', length: 36 }) organizationId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @Epoch() createdAt: number;
  /** Whether somebody here made it, or an invitation did. */
  @Flag({ default: true }) madeHere: boolean;
  /** The domain of the verified address that made it. */
  @OptionalText(253) byDomain: string | null;
  /** The upstream at which a sign-in made it. */
  @OptionalText(36) byUpstreamId: string | null;
}
