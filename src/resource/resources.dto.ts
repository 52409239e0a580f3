import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsString, Length } from 'class-validator';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { accessTokenAlgorithms, accessTokenTypes } from '../protocol/access-token.js';
import { IsShownText, MayBeAbsent } from './field-checks.js';
import type { ResourceDefinition } from './resource-registration.js';

/** A protected resource. */
export class PutResourceDto implements ResourceDefinition {
  @ApiProperty({
    example: 'https://contacts.example.com',
    maxLength: 512,
    description: 'An absolute URI; the audience of tokens for this resource',
  })
  @IsString()
  @Length(1, 512)
  identifier: string;

  @ApiProperty({ example: 'ContactSaver', maxLength: 255 })
  @IsString()
  @Length(1, 255)
  @IsShownText()
  name: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'contacts.read': 'Read your contacts' },
    description: 'Each scope with its description on the consent page',
  })
  @IsObject()
  scopes: Record<string, string>;

  @ApiPropertyOptional({
    enum: accessTokenTypes,
    example: 'at+jwt',
    description:
      '`typ` of JWT access tokens for this resource: JWT if its server refuses at+jwt (RFC 9068). Unchanged if omitted; at+jwt for a new resource',
  })
  @MayBeAbsent()
  @IsIn(accessTokenTypes)
  access_token_typ?: (typeof accessTokenTypes)[number];

  @ApiPropertyOptional({
    enum: accessTokenAlgorithms,
    example: 'ES256',
    description:
      'Algorithm of JWT access tokens for this resource: RS256 if its server knows only RSA. Unchanged if omitted; ES256 for a new resource',
  })
  @MayBeAbsent()
  @IsIn(accessTokenAlgorithms)
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
  const { identifier, name, scopes, accessTokenTyp, accessTokenSigningAlg, createdAt, updatedAt } = resource;
  return {
    identifier,
    name,
    scopes,
    access_token_typ: accessTokenTyp,
    access_token_signing_alg: accessTokenSigningAlg,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
