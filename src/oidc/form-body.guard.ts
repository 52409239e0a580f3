import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Parameters } from '../protocol/parameters.js';

/** Lays a form body open as an object, as the bearer guard reads it. A repeated token is refused. */
@Injectable()
export class FormBody implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (typeof request.body === 'string') {
      const parameters = Parameters.parse(request.body);
      parameters.refuseRepeated(['access_token']);
      request.body = Object.fromEntries(parameters.entries());
    }
    return true;
  }
}
