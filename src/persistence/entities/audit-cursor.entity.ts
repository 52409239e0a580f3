import { Entity, PrimaryColumn } from 'typeorm';
import { Count } from '../columns.js';

/** How far the audit trail has been sent to somebody who reads it. */
@Entity('audit_cursors')
export class AuditCursor {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name: string;
  /** The number of the last seal whose events have arrived. */
  @Count() seal: number;
}
