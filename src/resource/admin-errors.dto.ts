import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An error of the admin API. */
export class RefusalDto {
  @ApiProperty({ type: 'integer', description: 'The status of the response' })
  statusCode: number;

  @ApiProperty({
    oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
    description: 'What is wrong. In a list, each message begins with the name of a field',
  })
  message: string | string[];

  @ApiPropertyOptional({ description: 'The meaning of the status' })
  error?: string;
}

/** An error about the access token (RFC 6750 §3). */
export class TokenRefusalDto {
  @ApiProperty({ enum: ['missing_token', 'invalid_token', 'insufficient_scope'] })
  error: string;

  @ApiProperty({ description: 'What is wrong with the access token' })
  error_description: string;
}
