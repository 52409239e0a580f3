import { type BearerRequest, RequireClaims, RequireScopes } from '@eyrie/guard';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Header,
  HttpCode,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { addressOf } from '../http/network.js';
import { AdminRefusalFilter } from './admin-refusal.filter.js';
import { describeRefusals, type OwnRefusals } from './admin-refusals.js';
import { DeclaredQueryGuard } from './declared-query.guard.js';
import { type DescribedBody, describeBody } from './request-examples.js';
import { adminScope, callerOf } from './in-process-verifier.js';

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
  /** The body of its requests, if it has one. */
  readonly body?: DescribedBody;
  /** Its errors, besides those of every operation. */
  readonly refuses?: OwnRefusals;
  /** Whether the response has an ETag, which later changes can name in If-Match. */
  readonly tagged?: boolean;
}

/** An operation that changes nothing: guarded by `eyrie.admin.read` or `eyrie.admin`, and documented. */
export const AdminRead = (operation: AdminOperation): MethodDecorator => guarded([read, write], operation);

/** An operation that changes something: guarded by `eyrie.admin`, and documented. */
export const AdminWrite = (operation: AdminOperation): MethodDecorator => guarded([write], operation);

/** The caller, for the audit trail: `user:<subject>`, or `client:<client_id>` if a client acts for itself. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): Originator => {
  const request = context.switchToHttp().getRequest<FastifyRequest & BearerRequest>();
  const { accessToken } = request;
  if (!accessToken) throw new Error(`${context.getHandler().name} lacks a decorator of the admin API`);
  return { name: callerOf(accessToken), address: addressOf(request) };
});

/** @param scopes any of which suffices: the first, and those that include it */
function guarded([needed, ...including]: [string, ...string[]], operation: AdminOperation): MethodDecorator {
  const { summary, description, returns, body, refuses = {}, tagged = false } = operation;
  const status = returns ? (operation.status ?? 200) : 204;
  const needs = `Needs the scope ${[needed, ...including].map((scope) => `\`${scope}\``).join(' or ')}.`;
  return applyDecorators(
    RequireScopes(needed),
    RequireClaims({ administers: true }),
    UseGuards(DeclaredQueryGuard),
    UseFilters(AdminRefusalFilter),
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
    ...(body ? [describeBody(body)] : []),
    describeRefusals(refuses),
  );
}
