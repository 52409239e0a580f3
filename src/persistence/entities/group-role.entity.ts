import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** A group whose members, and those of the groups below it, have a role. */
@Entity('group_roles')
export class GroupRole {
  @PrimaryColumn({ type: 'varchar', length: 36 }) roleId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) groupId: string;
  @Epoch() createdAt: number;
}
