import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, Text } from '../columns.js';

/** What a client may be vouched for, at one authorization server, for which people. A client may have several. */
@Entity('assertion_policies')
export class AssertionPolicy {
  @Id() id: string;
  @Text(63) name: string;
  @Flag() enabled: boolean;
  /** The client here. */
  @Text() clientId: string;
  /** The other members, as they were given. */
  @Json() members: object;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
