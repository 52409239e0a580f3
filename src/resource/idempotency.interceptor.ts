import { type BearerRequest } from '@eyrie/guard';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { invalidField } from '../http/invalid-fields.js';
import { maxKeyLength, parseIdempotencyKey } from '../protocol/idempotency-key.js';
import { callerOf } from './in-process-verifier.js';
import { RepeatableRequests } from './repeatable-requests.js';

/** The headers of an answer that say something of what was created. */
const keptHeaders = ['etag', 'location'];

/** Answers a repeated request with the same `Idempotency-Key` as the first one. The operation does not run again. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly requests: RepeatableRequests) {}

  /** @throws InvalidFields if the header holds no key */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & BearerRequest>();
    const header = request.headers['idempotency-key'];
    const { accessToken, method, url, body } = request;
    if (header === undefined || !accessToken) return next.handle();
    const key = parseIdempotencyKey(String(header));
    if (key === undefined)
      throw invalidField(
        'Idempotency-Key',
        `must be a string of structured fields, such as "8e03978e-40d5", of at most ${maxKeyLength} characters`,
        'header',
      );
    return from(
      this.answer(http.getResponse(), next, { caller: callerOf(accessToken), key, method, url, body }),
    );
  }

  private async answer(
    reply: FastifyReply,
    next: CallHandler,
    request: Parameters<RepeatableRequests['answerOnce']>[0],
  ): Promise<unknown> {
    const { body, headers } = await this.requests.answerOnce(request, async () => ({
      body: await lastValueFrom(next.handle()),
      headers: Object.fromEntries(
        keptHeaders.flatMap((name) => {
          const value = reply.getHeader(name);
          return value === undefined ? [] : [[name, String(value)]];
        }),
      ),
    }));
    void reply.headers(headers);
    return body;
  }
}
