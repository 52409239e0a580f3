import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, Text } from '../columns.js';

/** A type of authorization details (RFC 9396 §2.1). */
@Entity('authorization_details_types')
export class AuthorizationDetailsType {
  @Id() id: string;
  /** Its name, as requests say it. */
  @Text() type: string;
  /** The other members of its registration, as they were given. */
  @Json() members: object;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
