import { Entity } from 'typeorm';
import { Epoch, Id, Text } from '../columns.js';

/** What a user proves themselves with; today a password as an argon2id hash. */
@Entity('credentials')
export class Credential {
  @Id() id: string;
  @Text(36) userId: string;
  @Text(16) kind: 'password';
  @Text(255) hash: string;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
