import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches, MaxLength, MinLength } from 'class-validator';
import type { Client } from '../persistence/entities/client.entity.js';
import {
  Field,
  IntegerField,
  maxClientIdLength,
  maxSearchLength,
  QueryFlagField,
  TextField,
} from '../resource/fields.js';
import { minClientSecretLength } from '../protocol/client-secret.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';
import { toMetadata } from './client-columns.js';
import type { Registration } from './client-registration.js';
import { ClientMetadataDto } from './client-metadata.dto.js';

const maxClientSecretLength = 1_024;
const printable = /^[\x20-\x7e]+$/;

/** Client metadata, and the id if the operator chooses it. */
export class IdentifiedClientDto extends ClientMetadataDto {
  @TextField({
    optional: true,
    maxLength: maxClientIdLength,
    pattern: /^[\x21-\x7e]+$/,
    patternMeaning: `must be 1 to ${maxClientIdLength} printable ASCII characters without spaces`,
    example: 'message-writer',
    description: 'Printable ASCII without spaces; generated if omitted',
  })
  client_id?: string;
}

/** A secret that the operator chooses. */
export const ClientSecretField = (minLength: number): PropertyDecorator =>
  Field(
    { type: 'string', minLength, maxLength: maxClientSecretLength, pattern: printable.source },
    [
      MinLength(minLength, { message: `$property must have at least ${minLength} characters` }),
      MaxLength(maxClientSecretLength),
      Matches(printable, { message: '$property must be printable ASCII characters' }),
    ],
    {
      optional: true,
      writeOnly: true,
      description: 'Generated if omitted (recommended). Ignored for public clients',
    },
  );

/** A registration: client metadata, and the id and secret if the operator chooses them. */
export class RegisterClientDto extends IdentifiedClientDto implements Registration {
  @ClientSecretField(minClientSecretLength)
  client_secret?: string;
}

/** Filter for the list of clients. */
export class ClientsQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxSearchLength,
    description:
      'Only clients whose client_id, client_name or one of whose redirect_uris contains this text, in any case',
  })
  search?: string;

  @QueryFlagField({
    optional: true,
    description: 'true: only agents (eyrie_agent); false: only other clients',
  })
  agent?: boolean;
}

/** Changes to a client. Omitted fields stay unchanged. */
export class UpdateClientDto extends ClientMetadataDto {}

/** A registered client. */
export class ClientDto extends ClientMetadataDto {
  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ example: 'MessageWriter' })
  declare client_name: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds since the epoch; null if the client is enabled',
  })
  disabled_at: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When the document that describes the client was last read (Client ID Metadata Documents), in seconds since the epoch; null if it is registered here',
  })
  document_fetched_at: number | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

/** A client that was just registered. */
export class ClientWithSecretDto extends ClientDto {
  @ApiPropertyOptional({ description: 'Shown only once; absent for public clients' })
  client_secret?: string;
}

export class ClientPageDto extends PageOf(ClientDto) {}

/** Options of a rotation. */
export class RotateSecretDto {
  @IntegerField({
    min: 0,
    max: 2_592_000,
    example: 3_600,
    description: 'Seconds for which the previous secrets remain valid; 0 ends them at once',
  })
  overlap: number;
}

/** A client's new secret. */
export class RotatedSecretDto {
  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ description: 'Shown only once' })
  client_secret: string;

  @ApiProperty({ type: 'integer', description: 'When the previous secrets end, in seconds since the epoch' })
  previous_secrets_end_at: number;
}

/** A client in the form of the admin API. */
export function toClientDto(client: Client): ClientDto {
  return {
    client_id: client.clientId,
    ...toMetadata(client),
    disabled_at: client.disabledAt,
    document_fetched_at: client.documentFetchedAt,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}
