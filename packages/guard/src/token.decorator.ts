import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessToken } from './access-token.js';
import type { BearerRequest } from './bearer.guard.js';

/**
 * The verified access token of the request, as parameter of a guarded handler.
 *
 * @throws {Error} when no BearerGuard guards the route: a mistake in the service, answered with 500
 * @example
 * ```ts
 * list(@Token() token: AccessToken) { return this.contacts.of(token.subject); }
 * ```
 */
export const Token = createParamDecorator((_data: unknown, context: ExecutionContext): AccessToken => {
  const { accessToken } = context.switchToHttp().getRequest<BearerRequest>();
  if (accessToken === undefined) {
    throw new Error(
      `@Token() in ${context.getClass().name}.${context.getHandler().name}: no BearerGuard on this route`,
    );
  }
  return accessToken;
});
