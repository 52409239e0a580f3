import { Entity, PrimaryColumn } from 'typeorm';
import { Json, OptionalText } from '../columns.js';

/** Values of the multi-valued attributes of RFC 7643 §2.4, by attribute. */
export type ScimLists = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** What provisioning clients know of a user beside the profile (RFC 7643 §4.1 and §4.3). */
@Entity('scim_profiles')
export class ScimProfile {
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @OptionalText() formattedName: string | null;
  @OptionalText() honorificPrefix: string | null;
  @OptionalText() honorificSuffix: string | null;
  @OptionalText() title: string | null;
  @OptionalText() userType: string | null;
  @OptionalText() preferredLanguage: string | null;
  /** The language tag, if the account cannot have it. */
  @OptionalText() locale: string | null;
  /** The time zone, if the account cannot have it: Windows has names of its own. */
  @OptionalText() timezone: string | null;
  /** Of the address of the account. */
  @OptionalText() emailType: string | null;
  @OptionalText() employeeNumber: string | null;
  @OptionalText() costCenter: string | null;
  @OptionalText() organization: string | null;
  @OptionalText() division: string | null;
  @OptionalText() department: string | null;
  @OptionalText() manager: string | null;
  @Json() lists: ScimLists;
}
