import { Entity } from 'typeorm';
import { Count, Epoch, Id, LongText, Text } from '../columns.js';

/** Some events of the audit trail, sealed together. Each seal includes the one before it. */
@Entity('audit_seals')
export class AuditSeal {
  @Id() id: string;
  /** From 1, without gaps. */
  @Count() number: number;
  /** How many events it covers. */
  @Count() events: number;
  /** The time of its oldest event. */
  @Epoch() firstAt: number;
  /** The time of the latest event of this seal and those before it. */
  @Epoch() lastAt: number;
  @Text(43) hash: string;
  /** The hash, encrypted under `EYRIE_SECRET`: who can only write to the database cannot make another. */
  @LongText() hashSealed: string;
  @Epoch() createdAt: number;
}
