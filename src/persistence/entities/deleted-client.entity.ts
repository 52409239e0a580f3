import { Entity } from 'typeorm';
import { Epoch, Id, Text } from '../columns.js';

/** A client that was deleted while tokens that it got by exchange may be active: their grants, of other clients, go on. */
@Entity('deleted_clients')
export class DeletedClient {
  @Id() id: string;
  @Text() clientId: string;
  @Epoch() deletedAt: number;
  @Epoch() expiresAt: number;
}
