import { ApiProperty } from '@nestjs/swagger';
import { IsObject, IsString, Length } from 'class-validator';
import type { Resource } from '../persistence/entities/resource.entity.js';
import type { ProtectedResource } from './resource-catalogue.js';

/** A protected resource. */
export class PutResourceDto implements ProtectedResource {
  @ApiProperty({
    example: 'https://contacts.example.com',
    maxLength: 512,
    description: 'An absolute URI: the audience of tokens for it',
  })
  @IsString()
  @Length(1, 512)
  identifier: string;

  @ApiProperty({ example: 'ContactSaver', maxLength: 255 })
  @IsString()
  @Length(1, 255)
  name: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'contacts.read': 'Read your contacts' },
    description: 'Each scope with the words that the consent page uses',
  })
  @IsObject()
  scopes: Record<string, string>;
}

/** A protected resource as it is registered. */
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

/** What the admin API shows of a resource. */
export function toResourceDto(resource: Resource): ResourceDto {
  const { identifier, name, scopes, createdAt, updatedAt } = resource;
  return { identifier, name, scopes, created_at: createdAt, updated_at: updatedAt };
}
