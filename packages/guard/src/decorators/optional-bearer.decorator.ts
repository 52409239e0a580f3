import { markAccess } from '../route/requirements.js';
import type { AccessToken } from '../token/access-token.js';
import { guardedRouteDecorator } from './route-decorator.js';

/** Whether a parameter takes an access token and nothing in its place. */
type NeedsToken<Parameter> = undefined extends Parameter
  ? false
  : [Parameter] extends [AccessToken]
    ? true
    : false;

/** A handler that needs a token does not have the type that the decorator takes. */
type Descriptor<Handler extends (...parameters: never[]) => unknown> = true extends {
  [Index in keyof Parameters<Handler>]: NeedsToken<Parameters<Handler>[Index]>;
}[number]
  ? 'With @OptionalBearer(), the type of the token must be AccessToken | undefined'
  : TypedPropertyDescriptor<Handler>;

/** The decorator of {@link OptionalBearer}: a handler must not rely on a token. */
export interface OptionalBearerDecorator {
  (controller: NewableFunction): void;
  <Handler extends (...parameters: never[]) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler> & Descriptor<Handler>,
  ): void;
}

/**
 * Accepts requests without a token to a handler, or to every handler of a controller; `@Token()` is then `undefined`. A good token is
 * read, and a bad one is refused with 401. On a handler it overrides the requirements of its class. A handler with requirements stays
 * guarded in such a class. It adds {@link BearerGuard}, and works with `guardAll` too.
 *
 * @throws {TypeError} if the same handler or class also has requirements, or is `@Public()`
 * @example
 * ```ts
 * @OptionalBearer()
 * @Get()
 * list(@Token() token: AccessToken | undefined) { return token ? this.contacts.of(token.subject) : this.contacts.published(); }
 * ```
 */
export function OptionalBearer(): OptionalBearerDecorator {
  return guardedRouteDecorator((target) => markAccess(target, 'optional'));
}
