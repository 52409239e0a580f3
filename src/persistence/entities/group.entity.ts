import { Entity } from 'typeorm';
import { Count, Epoch, Id, OptionalText, Text } from '../columns.js';

/** A group of people. Whoever is a member is a member of the groups above it too. */
@Entity('people_groups')
export class Group {
  @Id() id: string;
  /** As tokens carry it; no two groups have the same. */
  @Text() name: string;
  @OptionalText() description: string | null;
  /** The group above it. */
  @OptionalText(36) parentId: string | null;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
