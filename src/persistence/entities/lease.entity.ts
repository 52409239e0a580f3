import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, Text } from '../columns.js';

/** Work that one replica does at a time, and who does it until when. */
@Entity('leases')
export class Lease {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name: string;
  @Text(36) holder: string;
  @Epoch() expiresAt: number;
}
