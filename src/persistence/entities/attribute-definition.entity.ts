import { Entity } from 'typeorm';
import type { AttributeType, OwnerAccess } from '../../protocol/attributes.js';
import { Count, Epoch, Id, Json, OptionalText, Text } from '../columns.js';

/** A member that users have beside the standard ones. */
@Entity('attribute_definitions')
export class AttributeDefinition {
  @Id() id: string;
  @Text(64) name: string;
  /** It never changes: the values that are stored have it. */
  @Text(16) type: AttributeType;
  @Text() label: string;
  @OptionalText(1_024) description: string | null;
  /** By language tag; null for none. */
  @Json({ nullable: true }) labels: Readonly<Record<string, string>> | null;
  @Json({ nullable: true }) descriptions: Readonly<Record<string, string>> | null;
  @Json({ nullable: true }) allowedValues: string[] | null;
  @Text(16) ownerAccess: OwnerAccess;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
