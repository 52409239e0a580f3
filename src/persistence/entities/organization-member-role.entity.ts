import { Entity, PrimaryColumn } from 'typeorm';

/** A role that a member of an organization has in it. */
@Entity('organization_member_roles')
export class OrganizationMemberRole {
  @PrimaryColumn({ type: 'varchar', length: 36 }) organizationId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @PrimaryColumn({ type: 'varchar', length: 63 }) role: string;
}
