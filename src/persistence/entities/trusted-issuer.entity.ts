import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, Text } from '../columns.js';

/** An issuer whose assertions are taken (RFC 7523), under one policy. An issuer may have several. */
@Entity('trusted_issuers')
export class TrustedIssuer {
  @Id() id: string;
  @Text(63) name: string;
  @Flag() enabled: boolean;
  /** The other members of its registration, as they were given. */
  @Json() members: object;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
