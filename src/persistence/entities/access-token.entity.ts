import { Entity } from 'typeorm';
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
  @OptionalEpoch() revokedAt: number | null;
}
