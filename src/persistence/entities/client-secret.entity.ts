import { Entity } from 'typeorm';
import { Epoch, Id, OptionalEpoch, Text } from '../columns.js';

/** One of a client's secrets; several live at once while a rotation overlaps. */
@Entity('client_secrets')
export class ClientSecret {
  @Id() id: string;
  @Text() clientId: string;
  @Text(43) secretHash: string;
  @Epoch() createdAt: number;
  @OptionalEpoch() expiresAt: number | null;
}
