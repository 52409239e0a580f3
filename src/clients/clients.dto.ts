import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';
import type { Client } from '../persistence/entities/client.entity.js';
import { MayBeAbsent } from '../resource/field-checks.js';
import { minClientSecretLength } from '../protocol/client-secret.js';
import { PageOf } from '../resource/paging.dto.js';
import { toMetadata } from './client-columns.js';
import type { Registration } from './client-registration.js';
import { ClientMetadataDto } from './client-metadata.dto.js';

/** A registration: client metadata, and the id and secret if the operator chooses them. */
export class RegisterClientDto extends ClientMetadataDto implements Registration {
  @ApiPropertyOptional({
    example: 'message-writer',
    description: 'Printable ASCII without spaces; generated if omitted',
  })
  @MayBeAbsent()
  @Matches(/^[\x21-\x7e]{1,255}$/, {
    message: '$property must be 1 to 255 printable ASCII characters without spaces',
  })
  client_id?: string;

  @ApiPropertyOptional({
    writeOnly: true,
    minLength: minClientSecretLength,
    maxLength: 1_024,
    description: 'Generated if omitted (recommended). Ignored for public clients',
  })
  @MayBeAbsent()
  // A shorter one is refused when it is new. A configuration file may still hold one that its client has.
  @Matches(/^[\x20-\x7e]{1,1024}$/, { message: '$property must be 1 to 1024 printable ASCII characters' })
  client_secret?: string;
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
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 2_592_000,
    example: 3_600,
    description: 'Seconds for which the previous secrets remain valid; 0 ends them at once',
  })
  @IsInt()
  @Min(0)
  @Max(2_592_000)
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
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}
