import { Entity } from 'typeorm';
import { Epoch, Id, OptionalEpoch, Text } from '../columns.js';

/** A code that signs a user in once, in place of a lost factor. */
@Entity('recovery_codes')
export class RecoveryCode {
  @Id() id: string;
  @Text(36) userId: string;
  @Text(43) codeHash: string;
  @Epoch() createdAt: number;
  @OptionalEpoch() usedAt: number | null;
}
