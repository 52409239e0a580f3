import { Entity, PrimaryColumn } from 'typeorm';
import { Epoch } from '../columns.js';

/** Somebody who manages a client, without being an administrator. */
@Entity('client_managers')
export class ClientManager {
  @PrimaryColumn({ type: 'varchar', length: 255 }) clientId: string;
  @PrimaryColumn({ type: 'varchar', length: 36 }) userId: string;
  @Epoch() createdAt: number;
}
