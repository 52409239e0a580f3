import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, OptionalText, Text } from '../columns.js';

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
  /** Those that people get who become members by themselves; null for none. */
  @Json({ nullable: true }) defaultRoles: string[] | null;
  /** The alias of the upstream at which its people sign in. */
  @OptionalText(63) upstream: string | null;
  /** Whether people with an address of a verified domain become members when they sign in. */
  @Flag({ default: false }) joinByDomain: boolean;
  /** Whether people who sign in at the upstream become members. */
  @Flag({ default: false }) joinByUpstream: boolean;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
