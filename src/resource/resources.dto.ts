import { ApiProperty } from '@nestjs/swagger';
import { IsObject, IsString, Length } from 'class-validator';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { IsShownText } from './field-checks.js';
import type { ProtectedResource } from './resource-catalogue.js';

/** A protected resource. */
export class PutResourceDto implements ProtectedResource {
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
