import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { RefusalDto, TokenRefusalDto } from './admin-errors.dto.js';

/** The statuses of errors that only some operations have, with the message of an example. */
export interface OwnRefusals {
  /** What is not there. */
  readonly 404?: string;
  /** What it conflicts with. */
  readonly 409?: string;
  /** Whether the operation heeds If-Match. */
  readonly 412?: true;
}

const refusal = (status: number, description: string, example: object): MethodDecorator =>
  ApiResponse({ status, type: RefusalDto, description, example: { statusCode: status, ...example } });

const tokenRefusal = (status: number, description: string, example: object): MethodDecorator =>
  ApiResponse({ status, type: TokenRefusalDto, description, example });

/** What the document says of the errors of an operation, each with an example of that error. */
export function describeRefusals(own: OwnRefusals): MethodDecorator {
  const decorators = [
    refusal(400, 'A parameter or a field is invalid; the messages name it', {
      message: ['property color should not exist'],
      error: 'Bad Request',
    }),
    tokenRefusal(401, 'The access token is missing, expired or revoked', {
      error: 'invalid_token',
      error_description: 'The access token is unknown, expired or revoked',
    }),
    tokenRefusal(403, 'The access token lacks the scope, or the user no longer has the role', {
      error: 'insufficient_scope',
      error_description: 'The access token does not hold the scopes of this resource',
    }),
  ];
  if (own[404] !== undefined)
    decorators.push(refusal(404, 'Not found', { message: own[404], error: 'Not Found' }));
  if (own[409] !== undefined)
    decorators.push(
      refusal(409, 'Conflicts with an existing resource', { message: own[409], error: 'Conflict' }),
    );
  if (own[412])
    decorators.push(
      ApiHeader({
        name: 'If-Match',
        required: false,
        description:
          'The ETag of the state to be changed. If it has been changed since, the response is 412.',
      }),
      refusal(412, 'It has been changed since', {
        message: changedSince,
        error: 'Precondition Failed',
      }),
    );
  decorators.push(
    ApiResponse({
      status: 'default',
      type: RefusalDto,
      description: 'Any other error',
      example: {
        statusCode: 503,
        message: 'the service is unavailable for a moment: try again in a few seconds',
      },
    }),
  );
  return applyDecorators(...decorators);
}

export const changedSince = 'it has been changed since: read it again, then change it';
