import { ApiProperty } from '@nestjs/swagger';
import type { Refusal } from '../persistence/entities/refusal.entity.js';

/** Why a request was refused. */
export class ExplanationDto {
  @ApiProperty({ format: 'uuid' })
  reference: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  at: number;

  @ApiProperty({ example: 'GET /authorize', description: 'Method and path' })
  endpoint: string;

  @ApiProperty({ example: 'invalid_request' })
  code: string;

  @ApiProperty({ description: 'What the other side was told' })
  description: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'redirect_uri: expected https://writer.example.com/callback, received none',
    description: 'What was expected and what came, where the description does not tell it all',
  })
  detail: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The client that the request named, unproven' })
  client_id: string | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch: then it is forgotten' })
  expires_at: number;
}

/** What the admin API shows of a refusal. */
export function toExplanationDto(refusal: Refusal): ExplanationDto {
  const { reference, at, endpoint, code, description, detail, clientId, expiresAt } = refusal;
  return { reference, at, endpoint, code, description, detail, client_id: clientId, expires_at: expiresAt };
}
