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
  ApiNotFoundResponse,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { RefusalDto, TokenRefusalDto } from './admin-errors.dto.js';
import { adminScope } from './in-process-verifier.js';

/** The name of the security scheme in the OpenAPI document. */
export const adminSecurity = 'oauth2';

const { read, write } = adminScope;

/** What an operation of the admin API tells of itself. */
export interface AdminOperation {
  /** A few words for the list of operations. */
  readonly summary: string;
  /** What a caller has to know besides. */
  readonly description?: string;
  /** The body of its answer; none answers 204. */
  readonly returns?: Type;
  /** 200 unless said. */
  readonly status?: 200 | 201;
  /** Its refusals besides those that every operation has. */
  readonly refuses?: readonly (404 | 409)[];
}

/** An operation that changes nothing: guarded by `eyrie.admin.read` or `eyrie.admin`, and documented. */
export const AdminRead = (operation: AdminOperation): MethodDecorator => guarded([read, write], operation);

/** An operation that changes something: guarded by `eyrie.admin`, and documented. */
export const AdminWrite = (operation: AdminOperation): MethodDecorator => guarded([write], operation);

/** Who calls, for the audit trail: `user:<subject>`, or `client:<client_id>` where a client acts for itself. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { accessToken } = context.switchToHttp().getRequest<BearerRequest>();
  if (!accessToken) throw new Error(`${context.getHandler().name} lacks a decorator of the admin API`);
  const { subject, clientId } = accessToken;
  return subject === clientId ? `client:${clientId}` : `user:${subject}`;
});

/** @param scopes of which one will do: the first, and those that include it */
function guarded([needed, ...including]: [string, ...string[]], operation: AdminOperation): MethodDecorator {
  const { summary, description, returns, refuses = [] } = operation;
  const status = returns ? (operation.status ?? 200) : 204;
  const needs = `Needs the scope ${[needed, ...including].map((scope) => `\`${scope}\``).join(' or ')}.`;
  return applyDecorators(
    RequireScopes(needed),
    RequireClaims({ administers: true }),
    HttpCode(status),
    Header('Cache-Control', 'no-store'),
    ApiOperation({ summary, description: description ? `${description}\n\n${needs}` : needs }),
    // Each requirement is an alternative: a token with either scope will do.
    ...including.map((scope) => ApiSecurity(adminSecurity, [scope])),
    returns
      ? ApiResponse({ status, type: returns, description: status === 201 ? 'Created' : 'Done' })
      : ApiResponse({ status, description: 'Done; the answer has no body' }),
    ApiBadRequestResponse({ type: RefusalDto, description: 'A field is wrong: the messages name each' }),
    ApiUnauthorizedResponse({
      type: TokenRefusalDto,
      description: 'No access token, or one that is not good',
    }),
    ApiForbiddenResponse({ type: TokenRefusalDto, description: 'The access token lacks the scope' }),
    ...(refuses.includes(404)
      ? [ApiNotFoundResponse({ type: RefusalDto, description: 'There is none' })]
      : []),
    ...(refuses.includes(409)
      ? [ApiConflictResponse({ type: RefusalDto, description: 'It stands against what there is' })]
      : []),
    ApiDefaultResponse({ type: RefusalDto, description: 'Any other refusal' }),
  );
}
