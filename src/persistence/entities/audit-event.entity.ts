import { Entity } from 'typeorm';
import { Epoch, Id, Json, OptionalCount, OptionalText, Text } from '../columns.js';

/** Plain values, and for updates the changes by member. */
export type AuditDetail = Record<string, string | number | boolean | object>;

/** Something that an administrator may later have to explain. Never holds a password, code, token or secret. */
@Entity('audit_events')
export class AuditEvent {
  @Id() id: string;
  @Epoch() at: number;
  /** What happened, such as `grant.revoked`. */
  @Text(64) event: string;
  /** Who did it: `user:<id>`, `client:<client_id>`, `cli`, `system`. */
  @Text() actor: string;
  @OptionalText(36) userId: string | null;
  @OptionalText() clientId: string | null;
  @OptionalText(36) grantId: string | null;
  @OptionalText(45) address: string | null;
  @Json({ nullable: true }) detail: AuditDetail | null;
  /** The number of the seal that covers it; null until then, for about a minute. */
  @OptionalCount() seal: number | null;
  /** Its place among the events of the seal, from 1. */
  @OptionalCount() place: number | null;
  /** Goes into the digest of the detail. Null once the detail was erased. */
  @OptionalText(22) salt: string | null;
  @OptionalText(43) detailDigest: string | null;
  @OptionalText(43) digest: string | null;
}
