import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, Text } from '../columns.js';

/** A protected resource: its identifier is the audience of tokens for it. */
@Entity('resources')
export class Resource {
  @Id() id: string;
  @Text(512) identifier: string;
  @Text() name: string;
  /** Each scope with the words that the consent page uses. */
  @Json() scopes: Record<string, string>;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
