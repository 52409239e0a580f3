import { type BearerRequest, RequireClaims, RequireScopes } from '@eyrie/guard';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Header,
  HttpCode,
  type Type,
} from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiDefaultResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiResponse,
  ApiSecurity,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { RefusalDto, TokenRefusalDto } from './admin-errors.dto.js';
import { adminScope } from './in-process-verifier.js';

/** The name of the security scheme in the OpenAPI document. */
export const adminSecurity = 'oauth2';

const { read, write } = adminScope;

/** An operation of the admin API as its document describes it. */
export interface AdminOperation {
  /** Its line in the list of operations. */
  readonly summary: string;
  /** What else a caller has to know. */
  readonly description?: string;
  /** The class of the response body; without one the response is 204. */
  readonly returns?: Type;
  /** 200 if omitted. */
  readonly status?: 200 | 201;
  /** Statuses of its errors, besides those of every operation. */
  readonly refuses?: readonly (404 | 409 | 412)[];
  /** Whether the response has an ETag, which later changes can name in If-Match. */
  readonly tagged?: boolean;
}

/** An operation that changes nothing: guarded by `eyrie.admin.read` or `eyrie.admin`, and documented. */
export const AdminRead = (operation: AdminOperation): MethodDecorator => guarded([read, write], operation);

/** An operation that changes something: guarded by `eyrie.admin`, and documented. */
export const AdminWrite = (operation: AdminOperation): MethodDecorator => guarded([write], operation);

/** The caller, for the audit trail: `user:<subject>`, or `client:<client_id>` if a client acts for itself. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { accessToken } = context.switchToHttp().getRequest<BearerRequest>();
  if (!accessToken) throw new Error(`${context.getHandler().name} lacks a decorator of the admin API`);
  const { subject, clientId } = accessToken;
  return subject === clientId ? `client:${clientId}` : `user:${subject}`;
});

/** @param scopes any of which suffices: the first, and those that include it */
function guarded([needed, ...including]: [string, ...string[]], operation: AdminOperation): MethodDecorator {
  const { summary, description, returns, refuses = [], tagged = false } = operation;
  const status = returns ? (operation.status ?? 200) : 204;
  const needs = `Needs the scope ${[needed, ...including].map((scope) => `\`${scope}\``).join(' or ')}.`;
  return applyDecorators(
    RequireScopes(needed),
    RequireClaims({ administers: true }),
    HttpCode(status),
    Header('Cache-Control', 'no-store'),
    ApiOperation({ summary, description: description ? `${description}\n\n${needs}` : needs }),
    // Several security requirements are alternatives: one of the scopes suffices.
    ...including.map((scope) => ApiSecurity(adminSecurity, [scope])),
    returns
      ? ApiResponse({
          status,
          type: returns,
          description: status === 201 ? 'Created' : 'OK',
          ...(tagged
            ? { headers: { ETag: { description: 'Tag of this state', schema: { type: 'string' } } } }
            : {}),
        })
      : ApiResponse({ status, description: 'Done; no content' }),
    ApiBadRequestResponse({ type: RefusalDto, description: 'A field is invalid; the messages name it' }),
    ApiUnauthorizedResponse({
      type: TokenRefusalDto,
      description: 'The access token is missing, expired or revoked',
    }),
    ApiForbiddenResponse({
      type: TokenRefusalDto,
      description: 'The access token lacks the scope, or the user is no administrator',
    }),
    ...(refuses.includes(404) ? [ApiNotFoundResponse({ type: RefusalDto, description: 'Not found' })] : []),
    ...(refuses.includes(409)
      ? [ApiConflictResponse({ type: RefusalDto, description: 'Conflicts with an existing resource' })]
      : []),
    ...(refuses.includes(412)
      ? [
          ApiHeader({
            name: 'If-Match',
            required: false,
            description:
              'The ETag of the state to be changed. If it has been changed since, the response is 412.',
          }),
          ApiPreconditionFailedResponse({ type: RefusalDto, description: 'It has been changed since' }),
        ]
      : []),
    ApiDefaultResponse({ type: RefusalDto, description: 'Any other error' }),
  );
}
