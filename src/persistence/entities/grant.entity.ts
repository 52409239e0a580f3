import { Entity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Epoch, Flag, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** One authorization: the root that every code and token points to. Revoking it ends them all. */
@Entity('grants')
export class Grant {
  @Id() id: string;
  @Text(64) grantType: string;
  @Text() clientId: string;
  @OptionalText(36) userId: string | null;
  @OptionalText(36) sessionId: string | null;
  @LongText() scope: string;
  /** What its client requested beside, and did not get: unknown scopes, and those that the resource owner refused; null for nothing. */
  @LongText({ nullable: true }) ungrantedScope: string | null;
  /** The resources that the client named (RFC 8707); null where the scopes alone decide. */
  @Json({ nullable: true }) resources: string[] | null;
  /** What it allows beside its scopes (RFC 9396); null for nothing. */
  @Json({ nullable: true }) authorizationDetails: readonly AuthorizationDetail[] | null;
  /** Whether it outlives the session (offline_access). */
  @Flag() offline: boolean;
  @OptionalEpoch() authTime: number | null;
  @OptionalText(255) acr: string | null;
  @Json({ nullable: true }) amr: string[] | null;
  /** The `claims` parameter as it was asked (OIDC Core §5.5). */
  @LongText({ nullable: true }) claims: string | null;
  @Epoch() createdAt: number;
  /** When nothing that it issued can be active any more; null for a client's standing grant. */
  @OptionalEpoch() expiresAt: number | null;
  @OptionalEpoch() revokedAt: number | null;
  @OptionalText(64) revokedReason: string | null;
  /** The trusted issuer whose assertion it comes of; null for other grants. */
  @OptionalText(36) trustedIssuerId: string | null;
  /** The organization for which it was given; null if for none. It ends with the membership. */
  @OptionalText(36) orgId: string | null;
}
