import { Entity } from 'typeorm';
import type { Proof } from '../../protocol/acr.js';
import { Epoch, Flag, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** A browser in which a user is signed in; the id is the `sid` claim. */
@Entity('sessions')
export class Session {
  @Id() id: string;
  @Text(43) tokenHash: string;
  @Text(36) userId: string;
  @Text(255) acr: string;
  @Json() amr: string[];
  /** What was proven, and when; null in a session of an earlier release, where `amr` and `authenticatedAt` say it. */
  @Json({ nullable: true }) proofs: Proof[] | null;
  /** Whether the person asked to stay signed in: it does not end for want of use. */
  @Flag() kept: boolean;
  @Epoch() authenticatedAt: number;
  @Epoch() lastSeenAt: number;
  /** The end of the session however much it is used. */
  @Epoch() expiresAt: number;
  @OptionalText(45) address: string | null;
  @OptionalText(512) userAgent: string | null;
  /** The upstream at which the person signed in; null if they signed in here. */
  @OptionalText(63) upstreamAlias: string | null;
  /** Whom the upstream knows them as, hashed with the upstream. */
  @OptionalText(43) upstreamSubjectHash: string | null;
  /** Their session there, hashed with the upstream; null if it did not name one. */
  @OptionalText(43) upstreamSessionHash: string | null;
  /** What the upstream has to be told to end that session, sealed; null unless a sign-out here goes on there. */
  @LongText({ nullable: true }) upstreamSignOutSealed: string | null;
  @OptionalEpoch() endedAt: number | null;
}
