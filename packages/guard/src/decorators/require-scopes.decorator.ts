import { types } from 'node:util';
import type { CarrierRequest } from '../request/credentials.js';
import { requirementDecorator } from './route-decorator.js';
import { checkScopes } from '../route/requirements.js';

/**
 * Requires all of these scopes, on one handler or on every handler of a controller. It adds {@link BearerGuard}, so that a route
 * with scopes is always guarded.
 *
 * Requirements add up: a token needs the scopes of the handler and of its class.
 *
 * In a service with `@nestjs/swagger`, it also documents the security of the route, for the scheme named `oauth2`.
 *
 * @throws {TypeError} if an argument is not a single scope (RFC 6749 §3.3), or there is no argument
 * @example
 * ```ts
 * @RequireScopes('contacts.read')
 * @Get()
 * list() {}
 * ```
 */
export function RequireScopes(...scopes: string[]): ClassDecorator & MethodDecorator {
  checkScopes('@RequireScopes()', scopes);
  return requirementDecorator({ kind: 'all-scopes', scopes });
}

/**
 * Requires at least one of these scopes. With several of these decorators, on a class and on its handler, a token must meet each.
 *
 * @throws {TypeError} if an argument is not a single scope, or there is no argument
 * @example
 * ```ts
 * @RequireAnyScope('contacts.read', 'contacts.admin')
 * @Get()
 * list() {}
 * ```
 */
export function RequireAnyScope(...scopes: string[]): ClassDecorator & MethodDecorator {
  checkScopes('@RequireAnyScope()', scopes);
  return requirementDecorator({ kind: 'any-scope', scopes });
}

/**
 * Requires scopes that depend on the request, beside those of the other decorators: with one route for many operations, as in MCP, each
 * has its own. The challenge of a token without them names those of this request, so that a client can ask for them.
 *
 * @param scopesFor the scopes for a request, all of which are needed; an empty list if it needs none. The body is as Nest has parsed it,
 * and not yet validated
 * @throws {TypeError} if it is not a function, or an asynchronous one
 * @example
 * ```ts
 * @RequireScopesFor(({ body }) => (callsTool(body, 'add_contact') ? ['contacts.write'] : []))
 * @Post('mcp')
 * handle() {}
 * ```
 */
export function RequireScopesFor(
  scopesFor: (request: CarrierRequest) => readonly string[],
): ClassDecorator & MethodDecorator {
  if (typeof scopesFor !== 'function' || types.isAsyncFunction(scopesFor))
    throw new TypeError('@RequireScopesFor() needs a function that returns a list, not a promise');
  return requirementDecorator({ kind: 'request-scopes', scopesFor });
}
