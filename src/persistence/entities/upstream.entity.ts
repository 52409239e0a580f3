import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** An identity provider of somebody else, at which people prove who they are. */
@Entity('upstreams')
export class Upstream {
  @Id() id: string;
  /** Its name in URLs. */
  @Text(63) alias: string;
  @Text(16) protocol: string;
  @Flag() enabled: boolean;
  /** The other members of its registration, as they were given. */
  @Json() members: object;
  /** What this server authenticates with there, sealed. */
  @LongText({ nullable: true }) secretSealed: string | null;
  /** When all people of a directory were looked at; null if they never were. */
  @OptionalEpoch() syncedAt: number | null;
  /** Why the last look at all people of a directory came to nothing. */
  @OptionalText(500) syncProblem: string | null;
  /** When all people of a directory were last looked at, and not those alone whose entries had changed. */
  @OptionalEpoch() fullySyncedAt: number | null;
  /** Up to where the changes of a directory have been seen, as JSON. */
  @OptionalText(500) syncMark: string | null;
  /** How a look at a directory goes on that is under way, as JSON. */
  @OptionalText(500) syncProgress: string | null;
  /** What was read in the metadata by which it is registered; null if it is registered without. */
  @Json({ nullable: true }) metadataRead: object | null;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
