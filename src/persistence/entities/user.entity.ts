import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** A resource owner; the id is the subject. Profile fields are the standard claims of OIDC Core §5.1. */
@Entity('users')
export class User {
  @Id() id: string;
  @Text() username: string;
  /** The username as it is looked up: NFKC, lower case. */
  @Text() usernameKey: string;
  @Flag() administrator: boolean;
  /** The roles of somebody who administers a part of the service, separated by spaces. */
  @OptionalText() adminRoles: string | null;
  @OptionalText() name: string | null;
  @OptionalText() givenName: string | null;
  @OptionalText() familyName: string | null;
  @OptionalText() middleName: string | null;
  @OptionalText() nickname: string | null;
  @OptionalText(2048) profile: string | null;
  @OptionalText(2048) picture: string | null;
  @OptionalText(2048) website: string | null;
  @OptionalText(320) email: string | null;
  /** The e-mail address as it is looked up: NFC, lower case. */
  @OptionalText(640) emailKey: string | null;
  @Flag() emailVerified: boolean;
  /** The e-mail address as it is compared, if it is verified: then nobody else has it. */
  @OptionalText(640) verifiedEmailKey: string | null;
  @OptionalText(64) gender: string | null;
  @OptionalText(10) birthdate: string | null;
  @OptionalText(64) zoneinfo: string | null;
  @OptionalText(35) locale: string | null;
  @OptionalText(32) phoneNumber: string | null;
  @Flag() phoneNumberVerified: boolean;
  /** The members of OIDC Core §5.1.1. */
  @Json({ nullable: true }) address: Record<string, string> | null;
  /** Grows with every change of what the user signs in with. */
  @Count({ default: 0 }) credentialsVersion: number;
  /** The password must be changed at the next sign-in. */
  @Flag({ default: false }) passwordChangeRequired: boolean;
  /** Devices on which the user signed in until then are new ones again. */
  @OptionalEpoch() devicesForgottenAt: number | null;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  /** Null until the first sign-in. */
  @OptionalEpoch() firstSignedInAt: number | null;
  @OptionalEpoch() disabledAt: number | null;
  /** When the account is deleted, if its owner asked for that: until then it is disabled, and its owner can keep it by signing in. */
  @OptionalEpoch() deletionDueAt: number | null;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
