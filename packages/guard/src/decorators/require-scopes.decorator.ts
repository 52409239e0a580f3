import { requirementDecorator } from './requirement-decorator.js';
import { checkScopes } from '../route/requirements.js';

/**
 * Lets only tokens pass that hold all of these scopes, on one handler or on every handler of a controller. It brings
 * {@link BearerGuard} along, so that a route with scopes is never left open.
 *
 * Requirements add up: a handler needs its class's scopes and its own, so that no further requirement on a handler
 * loosens what its class demands.
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
  checkScopes(scopes);
  return requirementDecorator({ kind: 'all-scopes', scopes });
}

/**
 * Lets only tokens pass that hold at least one of these scopes. Several of these decorators, on a class and on its
 * handler, are each to be met.
 *
 * @throws {TypeError} when an argument is not a single scope, or there is none
 * @example
 * ```ts
 * @RequireAnyScope('contacts.read', 'contacts.admin')
 * @Get()
 * list() {}
 * ```
 */
export function RequireAnyScope(...scopes: string[]): ClassDecorator & MethodDecorator {
  checkScopes(scopes);
  if (scopes.length === 0) throw new TypeError('@RequireAnyScope() needs a scope');
  return requirementDecorator({ kind: 'any-scope', scopes });
}
