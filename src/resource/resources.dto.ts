import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { Field, TextField } from './fields.js';
import { maxIdentifierLength } from './path-parameters.js';
import type { ProtectedResource } from './resource-catalogue.js';
import { identifierPattern, maxDescriptionLength } from './resource-rules.js';

/** A protected resource. */
export class PutResourceDto implements ProtectedResource {
  @TextField({
    maxLength: maxIdentifierLength,
    pattern: identifierPattern,
    patternMeaning: 'must be an absolute URI without a fragment, such as https://contacts.example.com',
    format: 'uri',
    example: 'https://contacts.example.com',
    description: 'An absolute URI without a fragment; the audience of tokens for this resource',
  })
  identifier: string;

  @TextField({ maxLength: 255, example: 'ContactSaver' })
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
}

/** A registered protected resource. */
export class ResourceDto extends PutResourceDto {
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
  const { identifier, name, scopes, createdAt, updatedAt } = resource;
  return { identifier, name, scopes, created_at: createdAt, updated_at: updatedAt };
}
