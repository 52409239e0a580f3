import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, Flag, OptionalText } from '../columns.js';

/** Somebody who was made a member of a group itself, not of one below it. */
@Entity('group_members')
export class GroupMember {
  @PrimaryColumn({ type: 'varchar', length: 36 }) groupId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @Epoch() createdAt: number;
  /** The upstream whose groups made the membership; null if somebody here did. */
  @OptionalText(36) upstreamId: string | null;
  /** Whether somebody here made it as well as the upstream, so that it outlives the upstream's. */
  @Flag({ default: false }) madeHere: boolean;
}
