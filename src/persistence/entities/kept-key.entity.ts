import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch, LongText } from '../columns.js';

/** A key that outlasts the secret of the service from which it was derived. */
@Entity('kept_keys')
export class KeptKey {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name: string;
  /** The key in base64url, encrypted under `EYRIE_SECRET`. */
  @LongText() keySealed: string;
  @Epoch() createdAt: number;
}
