import { Entity, PrimaryColumn } from 'typeorm';
import type { AttributeValue } from '../../protocol/attributes.js';
import { Json, OptionalText } from '../columns.js';

/** The value that a user has of an attribute. */
@Entity('user_attributes')
export class UserAttribute {
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) attributeId: string;
  @Json() value: AttributeValue;
  /** The upstream that states it; null if it was set here. */
  @OptionalText(36) upstreamId: string | null;
}
