import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import type { Resource, ResourceTranslations } from '../persistence/entities/resource.entity.js';
import { accessTokenAlgorithms, accessTokenTypes } from '../protocol/access-token.js';
import { shownText } from '../protocol/shown-text.js';
import { ChoiceField, Field, TextField } from './fields.js';
import { maxIdentifierLength } from './path-parameters.js';
import type { ResourceDefinition } from './resource-registration.js';
import { identifierPattern } from './resource-rules.js';
import { maxDescriptionLength } from './resource-translations.js';

/** A protected resource. */
export class PutResourceDto implements ResourceDefinition {
  @TextField({
    maxLength: maxIdentifierLength,
    pattern: identifierPattern,
    patternMeaning: 'must be an absolute URI without a fragment, such as https://contacts.example.com',
    format: 'uri',
    example: 'https://contacts.example.com',
    description: 'An absolute URI without a fragment; the audience of tokens for this resource',
  })
  identifier: string;

  @TextField({ maxLength: 255, ...shownText, example: 'ContactSaver' })
  name: string;

  @Field(
    {
      type: 'object',
      additionalProperties: {
        type: 'string',
        minLength: 1,
        maxLength: maxDescriptionLength,
        pattern: String.raw`\S`,
      },
    },
    [IsObject()],
    {
      example: { 'contacts.read': 'Read your contacts' },
      description:
        'Each scope with its description on the consent page. A scope is 1 to 255 printable ASCII characters without spaces, quotes and backslashes (RFC 6749, section 3.3)',
    },
  )
  scopes: Record<string, string>;

  @Field(
    {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: maxDescriptionLength },
          scopes: {
            type: 'object',
            additionalProperties: { type: 'string', minLength: 1, maxLength: maxDescriptionLength },
          },
        },
        additionalProperties: false,
      },
    },
    [IsObject()],
    {
      optional: true,
      example: { de: { name: 'Kontaktspeicher' } },
      description:
        'Its name and the descriptions of its scopes in other languages of the pages, by language tag: {"de": {"name": …, "scopes": {…}}}. Unchanged if omitted; none for a new resource',
    },
  )
  translations?: ResourceTranslations;

  @ChoiceField({
    values: accessTokenTypes,
    optional: true,
    example: 'at+jwt',
    description:
      '`typ` of JWT access tokens for this resource: JWT if its server refuses at+jwt (RFC 9068). Unchanged if omitted; at+jwt for a new resource',
  })
  access_token_typ?: (typeof accessTokenTypes)[number];

  @ChoiceField({
    values: accessTokenAlgorithms,
    optional: true,
    example: 'ES256',
    description:
      'Algorithm of JWT access tokens for this resource: RS256 if its server knows only RSA. Unchanged if omitted; ES256 for a new resource',
  })
  access_token_signing_alg?: (typeof accessTokenAlgorithms)[number];
}

/** A registered protected resource. */
export class ResourceDto extends PutResourceDto {
  @ApiProperty({ enum: accessTokenTypes })
  declare access_token_typ: (typeof accessTokenTypes)[number];

  @ApiProperty({ enum: accessTokenAlgorithms })
  declare access_token_signing_alg: (typeof accessTokenAlgorithms)[number];

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class ResourceListDto {
  @ApiProperty({ type: [ResourceDto] })
  items: ResourceDto[];
}

/** A resource in the form of the admin API. */
export function toResourceDto(resource: Resource): ResourceDto {
  const {
    identifier,
    name,
    scopes,
    translations,
    accessTokenTyp,
    accessTokenSigningAlg,
    createdAt,
    updatedAt,
  } = resource;
  return {
    identifier,
    name,
    scopes,
    ...(translations ? { translations } : {}),
    access_token_typ: accessTokenTyp,
    access_token_signing_alg: accessTokenSigningAlg,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
