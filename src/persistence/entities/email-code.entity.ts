import { Entity } from 'typeorm';
import { Epoch, Id, OptionalEpoch, Text } from '../columns.js';

/** A code that was mailed to somebody who signs in. The sign-in under way holds its id. */
@Entity('email_codes')
export class EmailCode {
  @Id() id: string;
  @Text(36) userId: string;
  /** The address to which it was mailed: once the user has another one, the code is void. */
  @Text(320) email: string;
  /** Keyed with `EYRIE_SECRET`: a code is so short that its plain hash would give it away. */
  @Text(43) codeHash: string;
  @Epoch() expiresAt: number;
  @OptionalEpoch() usedAt: number | null;
}
