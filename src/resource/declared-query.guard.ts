import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { InvalidFields } from '../http/invalid-fields.js';
import { endsSomething } from './foresight.interceptor.js';

/** Refuses query parameters at an operation that has none: whoever sends one expects something of it. */
@Injectable()
export class DeclaredQueryGuard implements CanActivate {
  /** @throws BadRequestException naming each parameter */
  canActivate(context: ExecutionContext): boolean {
    const routeArguments = Reflect.getMetadata(
      ROUTE_ARGS_METADATA,
      context.getClass(),
      context.getHandler().name,
    ) as Readonly<Record<string, unknown>> | undefined;
    // Where there are some, validation refuses the others.
    if (Object.keys(routeArguments ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`)))
      return true;
    const query = context.switchToHttp().getRequest<FastifyRequest>().query as object;
    const names = Object.keys(query).filter(
      (name) => !(name === 'dry_run' && endsSomething(context.getHandler())),
    );
    if (names.length > 0)
      throw new InvalidFields(
        names.map((name) => ({ path: [name], message: `property ${name} should not exist` })),
        'query',
      );
    return true;
  }
}
