import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import type { AuthorizationDetailsType } from '../../persistence/entities/authorization-details-type.entity.js';
import { maxSentenceLength } from '../../protocol/detail-words.js';
import { shownText } from '../../protocol/shown-text.js';
import { Field, FlagField, TextField } from '../fields.js';
import { maxIdentifierLength } from '../path-parameters.js';
import { identifierPattern } from '../resource-rules.js';
import {
  type DetailSchema,
  type DetailTypeDefinition,
  type DetailTypeMembers,
  detailTypePattern,
  typeBounds,
} from './definition.js';

/** A type of authorization details (RFC 9396 §2.1). Members that are omitted have their defaults. */
export class PutDetailTypeDto implements DetailTypeDefinition {
  @TextField({
    maxLength: typeBounds.maxTypeLength,
    pattern: detailTypePattern,
    patternMeaning: 'must be printable ASCII without spaces, quotes and backslashes',
    example: 'payment_initiation',
    description: 'Its name, as requests have it in `type`',
  })
  type: string;

  @TextField({
    maxLength: typeBounds.maxTitleLength,
    ...shownText,
    example: 'A payment',
    description: 'What the consent page calls it',
  })
  title: string;

  @TextField({
    optional: true,
    maxLength: maxSentenceLength,
    ...shownText,
    example: 'Transfer {instructedAmount.amount} {instructedAmount.currency} to {creditorName}',
    description:
      'What the consent page says of one object, with its members between braces. The page also lists every other member',
  })
  sentence?: string;

  @Field({ type: 'object', additionalProperties: true }, [IsObject()], {
    example: {
      properties: {
        actions: { type: 'array', items: { enum: ['initiate', 'status', 'cancel'] }, minItems: 1 },
        instructedAmount: {
          type: 'object',
          properties: {
            currency: { type: 'string', minLength: 3, maxLength: 3 },
            amount: { type: 'string', maxLength: 20 },
          },
          required: ['currency', 'amount'],
          additionalProperties: false,
        },
        creditorName: { type: 'string', maxLength: 70 },
      },
      required: ['instructedAmount', 'creditorName'],
    },
    description:
      'JSON Schema (2020-12) of its objects, up to 16 KiB, without references, `pattern` and `format`. ' +
      'Members that it does not know are refused unless it has `additionalProperties` or `unevaluatedProperties`',
  })
  schema: DetailSchema;

  @TextField({
    optional: true,
    maxLength: maxIdentifierLength,
    pattern: identifierPattern,
    patternMeaning: 'must be an absolute URI without a fragment',
    example: 'https://bank.example.com',
    description:
      'Identifier of the resource that heeds it: tokens with it are for that resource. Without one, the member `locations` of an object decides who sees it',
  })
  resource?: string;

  @FlagField({
    optional: true,
    example: false,
    description:
      'Whether a client may have it for itself, by client_credentials, without a resource owner; false if omitted',
  })
  client_credentials?: boolean;
}

/** A type in the form of the admin API. */
export class DetailTypeDto extends PutDetailTypeDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class DetailTypeListDto {
  @ApiProperty({ type: [DetailTypeDto] })
  items: DetailTypeDto[];
}

export const toDetailTypeDto = (row: AuthorizationDetailsType): DetailTypeDto => ({
  client_credentials: false,
  ...(row.members as DetailTypeMembers),
  type: row.type,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});
