import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';

/** Parses a form body into an object, which the bearer guard expects. A repeated token is an error (RFC 6750 §3.1). */
@Injectable()
export class FormBody implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (typeof request.body === 'string') {
      const parameters = parse(request.body);
      request.body = Object.fromEntries(parameters.entries());
    }
    return true;
  }
}

function parse(body: string): Parameters {
  try {
    const parameters = Parameters.parse(body);
    parameters.refuseRepeated(['access_token']);
    return parameters;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const { code, description } = error;
    throw new OAuthError(code, description, { challenge: `Bearer realm="eyrie", error="${code}"` });
  }
}
