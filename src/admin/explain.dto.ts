import { ApiProperty } from '@nestjs/swagger';
import type { Refusal } from '../persistence/entities/refusal.entity.js';

/** Why a request ended in an error. */
export class ExplanationDto {
  @ApiProperty({ format: 'uuid' })
  reference: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  at: number;

  @ApiProperty({ example: 'GET /authorize', description: 'Method and path' })
  endpoint: string;

  @ApiProperty({ example: 'invalid_request' })
  code: string;

  @ApiProperty({ description: 'What the response said' })
  description: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'redirect_uri: expected https://writer.example.com/callback, received none',
    description:
      'What was expected and what was received; null if there is nothing to add to the description',
  })
  detail: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The client named in the request, which may not have been authenticated; null if there is none',
  })
  client_id: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'When the explanation is deleted, in seconds since the epoch',
  })
  expires_at: number;
}

/** What the admin API shows of an error. */
export function toExplanationDto(refusal: Refusal): ExplanationDto {
  const { reference, at, endpoint, code, description, detail, clientId, expiresAt } = refusal;
  return { reference, at, endpoint, code, description, detail, client_id: clientId, expires_at: expiresAt };
}
