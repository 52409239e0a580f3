import { Entity } from 'typeorm';
import { Epoch, Flag, Id, OptionalEpoch, Text } from '../columns.js';

/** Lets whoever holds it provision users and groups. */
@Entity('scim_tokens')
export class ScimToken {
  @Id() id: string;
  /** Of the provisioning client. Tokens of the same name are of the same client. */
  @Text(64) name: string;
  @Text(43) tokenHash: string;
  /** Whether the e-mail addresses that come with it count as verified. */
  @Flag() verifiesEmails: boolean;
  @Epoch() createdAt: number;
  @OptionalEpoch() expiresAt: number | null;
  /** To within a minute. */
  @OptionalEpoch() lastUsedAt: number | null;
}
