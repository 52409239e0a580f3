import { Entity } from 'typeorm';
import type { ClaimPlace, ClaimRule, ClaimSource, FixedValue } from '../../protocol/claim-rules.js';
import { Count, Epoch, Id, Json, OptionalText, Text } from '../columns.js';

/** A rule that says which claim tokens hold. */
@Entity('claim_rules')
export class StoredClaimRule implements ClaimRule {
  @Id() id: string;
  @Text() name: string;
  @Json() claim: string[];
  @Text(16) source: ClaimSource;
  @OptionalText() member: string | null;
  @Json({ nullable: true }) fixedValue: FixedValue | null;
  @Json() places: ClaimPlace[];
  @OptionalText() scope: string | null;
  @OptionalText() clientId: string | null;
  @OptionalText(512) resource: string | null;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
