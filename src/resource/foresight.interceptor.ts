import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { invalidField } from '../http/invalid-fields.js';
import { rehearse } from '../persistence/rehearsal.js';
import type { ForesightDto } from './foresight.dto.js';
import { type Ending, Foresight } from './foresight.js';

/** The parts of a call that say what it ends. The call would have been accepted; the body is as it was sent. */
export interface EndingCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Says what a call ends. */
export type EndingOf = (call: EndingCall) => Ending;

const metadataKey = 'eyrie:ending';

/** Marks an operation that ends something. */
export const Ends = (ending: EndingOf): MethodDecorator => SetMetadata(metadataKey, ending);

export const endsSomething = (handler: object): boolean => Reflect.hasMetadata(metadataKey, handler);

/** Answers a call with `dry_run=true` with what it would end. The operation is rehearsed, so that it is refused as the call itself would be. */
@Injectable()
export class ForesightInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly foresight: Foresight,
  ) {}

  /** @throws BadRequestException if `dry_run` is neither true nor false */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const ending = this.reflector.get<EndingOf | undefined>(metadataKey, context.getHandler());
    const { params, query, body } = context.switchToHttp().getRequest<FastifyRequest>() as EndingCall;
    const { dry_run: dryRun = 'false' } = query;
    if (ending === undefined || dryRun === 'false') return next.handle();
    if (dryRun !== 'true') throw invalidField('dry_run', 'must be a boolean value', 'query');
    // A Response has its own status: the operation may answer 204.
    return from(
      this.foresee(next, () => ending({ params, query, body })).then((foreseen) => Response.json(foreseen)),
    );
  }

  private async foresee(next: CallHandler, endingOf: () => Ending): Promise<ForesightDto> {
    const said = await rehearse(() => lastValueFrom(next.handle(), { defaultValue: undefined }));
    return this.foresight.foresee(endingOf(), said);
  }
}
