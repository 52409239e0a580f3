import { Entity } from 'typeorm';
import type { Actor } from '../../protocol/actor.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { Epoch, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** An opaque access token; the id is its `jti`. JWT access tokens are not stored. */
@Entity('access_tokens')
export class OpaqueAccessToken {
  @Id() id: string;
  @Text(43) tokenHash: string;
  @Text(36) grantId: string;
  @Text() clientId: string;
  @OptionalText(36) userId: string | null;
  /** What resources know the user by, where that is not the id (a pairwise subject). */
  @OptionalText(43) subject: string | null;
  @LongText() scope: string;
  @Json() audience: string[];
  @Epoch() issuedAt: number;
  @Epoch() expiresAt: number;
  /** What it is bound to (RFC 7800). */
  @Json({ nullable: true }) cnf: Confirmation | null;
  /** Who acts with it for the user, if it comes of a token exchange (RFC 8693 §4.1). */
  @Json({ nullable: true }) act: Actor | null;
  /** What it allows beside its scopes (RFC 9396); null for nothing. */
  @Json({ nullable: true }) authorizationDetails: readonly AuthorizationDetail[] | null;
  @OptionalEpoch() revokedAt: number | null;
}
