import { Entity } from 'typeorm';
import { Epoch, Id, LongText, OptionalEpoch, Text } from '../columns.js';

/** One of a client's secrets; several live at once while a rotation overlaps. */
@Entity('client_secrets')
export class ClientSecret {
  @Id() id: string;
  @Text() clientId: string;
  @Text(43) secretHash: string;
  /** The secret itself, sealed, only where it is to key a MAC (client_secret_jwt). */
  @LongText({ nullable: true }) sealedSecret: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() expiresAt: number | null;
}
