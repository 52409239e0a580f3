import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What is wrong with one field. */
export class FieldProblemDto {
  @ApiProperty({ description: 'What is wrong, beginning with the name of the field' })
  detail: string;

  @ApiPropertyOptional({
    description: 'JSON pointer to the field in the body, as a URI fragment (RFC 6901, section 6)',
    example: '#/username',
  })
  pointer?: string;

  @ApiPropertyOptional({ description: 'The parameter of the path or the query' })
  parameter?: string;

  @ApiPropertyOptional({ description: 'The header of the request' })
  header?: string;
}

/** An error of the admin API (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ enum: ['about:blank'], description: 'The status says what kind of problem it is' })
  type: string;

  @ApiProperty({ description: 'The meaning of the status' })
  title: string;

  @ApiProperty({ type: 'integer', description: 'The status of the response' })
  status: number;

  @ApiProperty({ description: 'What is wrong with this request' })
  detail: string;

  @ApiPropertyOptional({
    type: [FieldProblemDto],
    description: 'The invalid fields, if the request has some. With more than 100, the last entry says so',
  })
  errors?: FieldProblemDto[];

  @ApiPropertyOptional({ type: 'integer', deprecated: true, description: 'As `status`' })
  statusCode?: number;

  @ApiPropertyOptional({
    oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }],
    deprecated: true,
    description: 'As `detail`, or a list with the `detail` of each of the `errors`',
  })
  message?: string | string[];

  @ApiPropertyOptional({
    description: 'With 401 and 403, the error of the access token (RFC 6750, RFC 9449). Otherwise as `title`',
  })
  error?: string;

  @ApiPropertyOptional({ deprecated: true, description: 'As `detail`, beside the error of an access token' })
  error_description?: string;
}
