import { allowsFormToken } from './form-token.js';
import { requiredScopes } from './scopes.js';

/** What the decorators of a route ask of a request. */
export interface RoutePolicy {
  readonly scopes: readonly string[];
  readonly formAllowed: boolean;
}

// Decorators do not change once a service runs, and reading their metadata at each request would be felt.
const policies = new WeakMap<object, WeakMap<object, RoutePolicy>>();

/** The policy of a handler as a method of this controller; a derived controller may share the handler. */
export function routePolicy(controller: object, handler: object): RoutePolicy {
  const known = policies.get(handler)?.get(controller);
  if (known !== undefined) return known;
  const policy: RoutePolicy = {
    scopes: requiredScopes(controller, handler),
    formAllowed: allowsFormToken(controller, handler),
  };
  const ofHandler = policies.get(handler) ?? new WeakMap<object, RoutePolicy>();
  policies.set(handler, ofHandler.set(controller, policy));
  return policy;
}
