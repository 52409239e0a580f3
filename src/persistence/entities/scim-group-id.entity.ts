import { Entity, PrimaryColumn } from 'typeorm';
import { Text } from '../columns.js';

/** What a provisioning client calls a group. */
@Entity('scim_group_ids')
export class ScimGroupId {
  @PrimaryColumn({ type: 'varchar', length: 36 }) groupId: string;
  @PrimaryColumn({ type: 'varchar', length: 300 }) provisioner: string;
  @Text() externalId: string;
}
