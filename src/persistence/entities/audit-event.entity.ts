import { Entity } from 'typeorm';
import { Epoch, Id, Json, OptionalText, Text } from '../columns.js';

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
}
