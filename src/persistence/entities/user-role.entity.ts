import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** Somebody who was given a role. */
@Entity('user_roles')
export class UserRole {
  @PrimaryColumn({ type: 'varchar', length: 36 }) roleId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @Epoch() createdAt: number;
}
