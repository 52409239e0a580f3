import { type AccessToken, type BearerRequest, RequireScopes } from '@eyrie/guard';
import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Header,
  HttpCode,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  refs,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { addressOf } from '../http/network.js';
import { AdminRefusalFilter } from './admin-refusal.filter.js';
import { describeRefusals, describeRepeats, type OwnRefusals } from './admin-refusals.js';
import { DeclaredBodyGuard } from './declared-body.guard.js';
import { DeclaredQueryGuard } from './declared-query.guard.js';
import { ForesightDto } from './foresight.dto.js';
import { type EndingOf, Ends, ForesightInterceptor } from './foresight.interceptor.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import {
  type DescribedBody,
  describeBody,
  type DescribedFile,
  describeTakenFile,
  type TakenFile,
} from './request-examples.js';
import { callerOf, limitedUser } from './in-process-verifier.js';
import {
  type AdminArea,
  adminScopeNames,
  type ChangedAdminArea,
  readScope,
  withIncluded,
  writeScope,
} from './rights.js';

/** The name of the security scheme in the OpenAPI document. */
export const adminSecurity = 'oauth2';

/** An operation of the admin API as its document describes it. */
export interface AdminOperation {
  /** Its line in the list of operations. */
  readonly summary: string;
  /** What else a caller has to know. */
  readonly description?: string;
  /** The class of the response body; without one the response is 204. */
  readonly returns?: Type;
  /**
   * 200 if omitted. With 201 it creates something: then it heeds `Idempotency-Key`. With 202 it starts a job, whose address is in
   * `Location`.
   */
  readonly status?: 200 | 201 | 202;
  /** The file of the response, by media type, in place of `returns`. */
  readonly file?: DescribedFile;
  /** The body of its requests, if it has one. */
  readonly body?: DescribedBody;
  /** The file that is the body of its requests. */
  readonly takes?: TakenFile;
  /** Its errors, besides those of every operation. */
  readonly refuses?: OwnRefusals;
  /** Whether the response has an ETag, which later changes can name in If-Match. */
  readonly tagged?: boolean;
  /** What it ends. With `dry_run=true` it says what that would be, and ends nothing. */
  readonly ends?: EndingOf;
  /** Guards that decide about the one who calls and what the call is about. */
  readonly guards?: readonly Type<CanActivate>[];
}

/** An operation that changes nothing: guarded by the scope for reading the area, and documented. */
export const AdminRead = (area: AdminArea, operation: AdminOperation): MethodDecorator =>
  guarded(readScope(area), operation);

/** An operation that changes something: guarded by the scope for the area, and documented. */
export const AdminWrite = (area: ChangedAdminArea, operation: AdminOperation): MethodDecorator =>
  guarded(writeScope(area), operation);

/** The caller, for the audit trail: `user:<subject>`, or `client:<client_id>` if a client acts for itself. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): Originator => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { name: callerOf(tokenOf(context)), address: addressOf(request) };
});

/** Lets an operation say what it would end. */
function foreseen(ends: EndingOf, returns: Type | undefined): MethodDecorator {
  return applyDecorators(
    Ends(ends),
    UseInterceptors(ForesightInterceptor),
    ApiExtraModels(ForesightDto, ...(returns ? [returns] : [])),
    ApiQuery({
      name: 'dry_run',
      required: false,
      schema: { type: 'boolean', default: false },
      description: 'Shows what would end (`ForesightDto`), and changes nothing',
    }),
    ...(returns
      ? []
      : [ApiResponse({ status: 200, type: ForesightDto, description: 'With `dry_run`: what would end' })]),
  );
}

/**
 * The id of the user whose rights hold only for what they manage; undefined if the rights of the caller hold for everything.
 * @param scope the scope that the operation needs
 */
export const LimitedTo = (scope: string): ParameterDecorator =>
  createParamDecorator((_data: unknown, context: ExecutionContext): string | undefined =>
    limitedUser(tokenOf(context), scope),
  )();

/** The scopes of the caller. */
export const HeldScopes = createParamDecorator(
  (_data: unknown, context: ExecutionContext): ReadonlySet<string> => tokenOf(context).scopes,
);

/** The verified token of a call. */
export function tokenOf(context: ExecutionContext): AccessToken {
  const { accessToken } = context.switchToHttp().getRequest<BearerRequest>();
  if (!accessToken) throw new Error(`${context.getHandler().name} lacks a decorator of the admin API`);
  return accessToken;
}

const meanings = { 200: 'OK', 201: 'Created', 202: 'Started', 204: 'Done; no content' } as const;

function guarded(needed: string, operation: AdminOperation): MethodDecorator {
  const { summary, description, returns, file, body, takes, refuses = {}, tagged = false } = operation;
  const { guards = [], ends } = operation;
  const sufficient = adminScopeNames.filter((scope) => withIncluded([scope]).has(needed)).toReversed();
  const status = returns || file ? (operation.status ?? 200) : 204;
  const needs = `Needs the scope ${sufficient.map((scope) => `\`${scope}\``).join(' or ')}.`;
  return applyDecorators(
    RequireScopes(needed),
    UseGuards(DeclaredQueryGuard, DeclaredBodyGuard, ...guards),
    UseFilters(AdminRefusalFilter),
    HttpCode(status),
    Header('Cache-Control', 'no-store'),
    ApiOperation({ summary, description: description ? `${description}\n\n${needs}` : needs }),
    // Several security requirements are alternatives: one of the scopes suffices.
    ...sufficient.slice(1).map((scope) => ApiSecurity(adminSecurity, [scope])),
    ApiExtension('x-required-right', needed),
    returns
      ? ApiResponse({
          status,
          ...(ends ? { schema: { oneOf: refs(returns, ForesightDto) } } : { type: returns }),
          description: meanings[status],
          headers: {
            ...(tagged ? { ETag: { description: 'Tag of this state', schema: { type: 'string' } } } : {}),
            ...(status === 202
              ? { Location: { description: 'Path of the job', schema: { type: 'string' } } }
              : {}),
          },
        })
      : ApiResponse({
          status,
          description: file ? 'The file' : 'Done; no content',
          ...(file ? { content: file } : {}),
        }),
    ...(body ? [describeBody(body)] : []),
    ...(takes ? [describeTakenFile(takes)] : []),
    describeRefusals(refuses, { hasBody: body !== undefined || takes !== undefined }),
    ...(status === 201 ? [UseInterceptors(IdempotencyInterceptor), describeRepeats(refuses)] : []),
    ...(ends ? [foreseen(ends, returns)] : []),
  );
}
