import { UseGuards } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.js';
import { addScopes, documentScopes, requiredScopes } from './scopes.js';

/**
 * Lets only tokens pass that hold all of these scopes, on one handler or on every handler of a controller. It brings
 * {@link BearerGuard} along, so that a route with scopes is never left open.
 *
 * Requirements add up: a handler needs its class's scopes and its own, so that a decorator on a handler can never
 * loosen what its class demands.
 *
 * Where `@nestjs/swagger` documents the service, the route's security is written for the scheme named `oauth2`.
 *
 * @throws {TypeError} when an argument is not a single scope (RFC 6749 §3.3)
 * @example
 * ```ts
 * @RequireScopes('contacts.read')
 * @Get()
 * list() {}
 * ```
 */
export function RequireScopes(...scopes: string[]): ClassDecorator & MethodDecorator {
  const guard = UseGuards(BearerGuard);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (typeof target === 'function' && key === undefined) {
      addScopes(target, scopes);
      documentHandlers(target);
      guard(target);
    } else if (key !== undefined && typeof descriptor?.value === 'function') {
      const handler: object = descriptor.value;
      addScopes(handler, scopes);
      documentScopes(handler, requiredScopes(target.constructor, handler));
      guard(target, key, descriptor);
    }
  };
}

function documentHandlers(controller: NewableFunction): void {
  const members = Object.getOwnPropertyDescriptors<object>(controller.prototype);
  for (const { value } of Object.values<PropertyDescriptor>(members)) {
    if (typeof value === 'function' && value !== controller) {
      documentScopes(value, requiredScopes(controller, value));
    }
  }
}
