import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ReadMetadata } from './saml-members.js';

/** What was read in the metadata of an identity provider. */
export class ReadMetadataDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  read_at: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Until when the certificates count (`validUntil`), in seconds since the epoch',
  })
  valid_until?: number;

  @ApiProperty({ example: 'https://idp.acme.example/metadata' })
  idp_entity_id: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', format: 'uri' },
    example: { redirect: 'https://idp.acme.example/sso' },
    description: 'Where requests go, by binding',
  })
  sso_urls: Record<string, string>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', format: 'uri' },
    example: { redirect: 'https://idp.acme.example/slo' },
    description: 'The single logout services, by binding',
  })
  slo_urls: Record<string, string>;

  @ApiProperty({ type: [String], example: ['MIIC…'], description: 'Certificates for signatures, as base64' })
  certificates: string[];
}

export function shownMetadata({
  readAt,
  validUntil,
  entityId,
  sso,
  slo,
  certificates,
}: ReadMetadata): ReadMetadataDto {
  const urls = (locations: ReadMetadata['sso']): Record<string, string> =>
    Object.fromEntries(Object.entries(locations).map(([binding, { url }]) => [binding, url]));
  return {
    read_at: readAt,
    ...(validUntil !== undefined && { valid_until: validUntil }),
    idp_entity_id: entityId,
    sso_urls: urls(sso),
    slo_urls: urls(slo),
    certificates: [...certificates],
  };
}
