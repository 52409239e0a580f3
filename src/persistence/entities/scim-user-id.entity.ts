import { Entity, PrimaryColumn } from 'typeorm';
import { Text } from '../columns.js';

/** What a provisioning client calls a user. */
@Entity('scim_user_ids')
export class ScimUserId {
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @PrimaryColumn({ type: 'varchar', length: 300 }) provisioner: string;
  @Text() externalId: string;
}
