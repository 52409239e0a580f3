import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { problemType } from '../http/problem.js';
import { idempotencyKeyPattern } from '../protocol/idempotency-key.js';
import { ProblemDto } from './admin-errors.dto.js';
import { keyOfAnother, keyUnderWay } from './repeatable-requests.js';

/** The statuses of errors that only some operations have, with the message of an example. */
export interface OwnRefusals {
  /** What is not there. */
  readonly 404?: string;
  /** What it conflicts with. */
  readonly 409?: string;
  /** Whether the operation heeds If-Match. */
  readonly 412?: true;
  /** What there was too much of. */
  readonly 429?: string;
}

const title = (status: number): string => STATUS_CODES[status] ?? 'Error';

/** A response with problem details (RFC 9457), with an example of them. */
const problem = (status: number, description: string, example: object): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({
      status,
      description,
      content: { [problemType]: { schema: { $ref: getSchemaPath(ProblemDto) }, example } },
    }),
  );

const refusal = (status: number, description: string, detail: string, more: object = {}): MethodDecorator =>
  problem(status, description, {
    type: 'about:blank',
    title: title(status),
    status,
    detail,
    statusCode: status,
    message: detail,
    error: title(status),
    ...more,
  });

const tokenRefusal = (status: number, description: string, error: string, detail: string): MethodDecorator =>
  problem(status, description, {
    type: 'about:blank',
    title: title(status),
    status,
    detail,
    error,
    error_description: detail,
  });

const unknownParameter = 'property color should not exist';
const createdMeanwhile = 'another request has just created the same: send it again';
const unavailable = 'the service is unavailable for a moment: try again in a few seconds';

/**
 * What the document says of the errors of an operation, each with an example of that error. There are no others.
 * @param hasBody whether its requests have a body
 */
export function describeRefusals(
  own: OwnRefusals,
  { hasBody }: { readonly hasBody: boolean },
): MethodDecorator {
  const decorators = [
    refusal(400, 'A parameter or a field is invalid; `errors` name it', unknownParameter, {
      errors: [{ detail: unknownParameter, parameter: 'color' }],
      message: [unknownParameter],
    }),
    tokenRefusal(
      401,
      'The access token is missing, expired or revoked',
      'invalid_token',
      'The access token is unknown, expired or revoked',
    ),
    tokenRefusal(
      403,
      'The access token lacks the scope, or the user no longer has the role',
      'insufficient_scope',
      'The access token does not hold the scopes of this resource',
    ),
  ];
  if (own[404] !== undefined) decorators.push(refusal(404, 'Not found', own[404]));
  if (own[409] !== undefined) decorators.push(refusal(409, 'Conflicts with an existing resource', own[409]));
  else if (hasBody)
    decorators.push(refusal(409, 'Another request has just created the same', createdMeanwhile));
  if (own[429] !== undefined)
    decorators.push(refusal(429, 'Too many requests; `Retry-After` says when to try again', own[429]));
  if (own[412])
    decorators.push(
      ApiHeader({
        name: 'If-Match',
        required: false,
        description:
          'The ETag of the state to be changed. If it has been changed since, the response is 412.',
      }),
      refusal(412, 'It has been changed since', changedSince),
    );
  if (hasBody)
    decorators.push(
      refusal(413, 'The body is too large', 'Request body is too large'),
      refusal(415, 'The media type of the body is another one', 'the body must be application/json'),
    );
  decorators.push(
    refusal(
      503,
      'The service is unavailable for a moment; `Retry-After` says when to try again',
      unavailable,
    ),
  );
  return applyDecorators(...decorators);
}

/** What the document says of `Idempotency-Key`, which every operation heeds that creates something. */
export function describeRepeats(own: OwnRefusals): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', pattern: idempotencyKeyPattern.source },
      description:
        'A new key of your choice, such as `"8e03978e-40d5-43e8-bc93-6894a57f9324"`. If the request is repeated with it within 24 hours, nothing more is created, and the response is the same.',
    }),
    ...(own[409] === undefined
      ? [refusal(409, 'The same request with this Idempotency-Key is under way', keyUnderWay)]
      : []),
    refusal(422, 'The Idempotency-Key belongs to another request', keyOfAnother),
  );
}

export const changedSince = 'it has been changed since: read it again, then change it';
