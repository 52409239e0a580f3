import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** A `jti` that was seen and must not be seen again, hashed together with who issued it. */
@Entity('used_jtis')
export class UsedJti {
  @PrimaryColumn({ type: 'varchar', length: 43 }) jtiHash: string;
  @Epoch() expiresAt: number;
}
