import { Entity } from 'typeorm';
import { Epoch, Id, LongText, Text } from '../columns.js';

/** What a user has allowed a client, remembered for the next request. */
@Entity('consents')
export class Consent {
  @Id() id: string;
  @Text(36) userId: string;
  @Text() clientId: string;
  @LongText() scope: string;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
