import { Entity } from 'typeorm';
import type { AccessTokenForm } from '../../protocol/access-token.js';
import { Count, Epoch, Id, Json, Text } from '../columns.js';

/** The words of a resource in other languages, by language tag. */
export type ResourceTranslations = Readonly<
  Record<string, { readonly name?: string; readonly scopes?: Readonly<Record<string, string>> }>
>;

/** A protected resource: its identifier is the audience of tokens for it. */
@Entity('resources')
export class Resource {
  @Id() id: string;
  @Text(512) identifier: string;
  @Text() name: string;
  /** Each scope with the words that the consent page uses. */
  @Json() scopes: Record<string, string>;
  @Json({ nullable: true }) translations: ResourceTranslations | null;
  @Text(16, { default: 'at+jwt' }) accessTokenTyp: AccessTokenForm['accessTokenTyp'];
  @Text(16, { default: 'ES256' }) accessTokenSigningAlg: AccessTokenForm['accessTokenSigningAlg'];
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
