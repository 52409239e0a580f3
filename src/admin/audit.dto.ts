import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';
import { PageOf, PageQuery } from '../resource/paging.dto.js';

/** Which events are listed. */
export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those about this user' })
  @IsOptional()
  @IsString()
  @Length(1, 36)
  user_id?: string;

  @ApiPropertyOptional({ description: 'Only those about this client' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  client_id?: string;

  @ApiPropertyOptional({ example: 'client.registered', description: 'Only those of this kind' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  event?: string;
}

/** Something that happened. */
export class AuditEventDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  at: number;

  @ApiProperty({ example: 'client.registered' })
  event: string;

  @ApiProperty({
    example: 'client:message-writer',
    description: 'Who did it: `user:` with a subject, `client:` with a client_id, or a part of the service',
  })
  actor: string;

  @ApiProperty({ type: String, nullable: true, description: 'The user that it is about' })
  user_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The client that it is about' })
  client_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The grant that it is about' })
  grant_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The address that the request came from' })
  address: string | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  })
  detail: Record<string, string | number | boolean> | null;
}

export class AuditPageDto extends PageOf(AuditEventDto) {}

/** What the admin API shows of an event. */
export function toAuditEventDto(event: AuditEvent): AuditEventDto {
  return {
    id: event.id,
    at: event.at,
    event: event.event,
    actor: event.actor,
    user_id: event.userId,
    client_id: event.clientId,
    grant_id: event.grantId,
    address: event.address,
    detail: event.detail,
  };
}
