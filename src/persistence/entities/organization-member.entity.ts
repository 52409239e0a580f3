import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** Somebody who belongs to an organization. */
@Entity('organization_members')
export class OrganizationMember {
  @PrimaryColumn({ type: 'varchar', length: 36 }) organizationId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @Epoch() createdAt: number;
}
