import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, OptionalCount, OptionalText, Text } from '../columns.js';

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
  /** Whether members prove a second factor when they act for it. */
  @Flag({ default: false }) requireSecondFactor: boolean;
  /** Whether members sign in at the upstream when they act for it. */
  @Flag({ default: false }) requireUpstream: boolean;
  /** The greatest age of the sign-in of members who act for it, in seconds. */
  @OptionalCount() maxSignInAge: number | null;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
