import { Entity } from 'typeorm';
import { Count, Epoch, Id, OptionalEpoch, Text } from '../columns.js';

/** Whom an upstream knows under a subject, and who that is here. */
@Entity('identities')
export class Identity {
  @Id() id: string;
  @Text(36) userId: string;
  @Text(36) upstreamId: string;
  /** SHA-256 of the subject, base64url: the subject itself may be too long for an index. */
  @Text(43) subjectHash: string;
  @Text(1024) subject: string;
  /** What the person calls the account there: an e-mail address or a username. */
  @Text(320) label: string;
  /** The members of the user that come from there, separated by spaces. */
  @Text() members: string;
  @Epoch() createdAt: number;
  @OptionalEpoch() lastUsedAt: number | null;
  /** How often in a row a directory had no such entry. */
  @Count({ default: 0 }) missedLooks: number;
  /** The time of `disabledAt` of the user, if a directory has disabled them for this identity. */
  @OptionalEpoch() disabledUserAt: number | null;
}
