import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** A session at an upstream that has ended, or a person there whose sessions have: a sign-in from it that is under way does not count. */
@Entity('upstream_sign_outs')
export class UpstreamSignOut {
  /** Of the session or the person, hashed with the upstream. */
  @PrimaryColumn({ type: 'varchar', length: 43 }) keyHash: string;
  @Epoch() signedOutAt: number;
  @Epoch() expiresAt: number;
}
