import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, OptionalText, Text } from '../columns.js';

/** A company, or another organization, for which its members act at clients. */
@Entity('organizations')
export class Organization {
  @Id() id: string;
  /** As tokens carry it; no two organizations have the same. */
  @Text(63) name: string;
  /** As people see it. */
  @Text() displayName: string;
  @OptionalText() description: string | null;
  /** The roles that members can have in it. */
  @Json() roles: string[];
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
