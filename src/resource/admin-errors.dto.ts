import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An error of the admin API. */
export class RefusalDto {
  @ApiProperty({ type: 'integer', example: 400 })
  statusCode: number;

  @ApiProperty({
    oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
    example: ['redirect_uris[0] must use https'],
    description: 'What is wrong. In a list, each message begins with the name of a field',
  })
  message: string | string[];

  @ApiPropertyOptional({ example: 'Bad Request' })
  error?: string;
}

/** An error about the access token (RFC 6750 §3). */
export class TokenRefusalDto {
  @ApiProperty({
    enum: ['missing_token', 'invalid_token', 'insufficient_scope'],
    example: 'insufficient_scope',
  })
  error: string;

  @ApiProperty({ example: 'The access token does not hold the scopes of this resource' })
  error_description: string;
}
