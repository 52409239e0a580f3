import 'reflect-metadata';
import { accessOf, requiredScopes, type Requirement, requirementsOf } from '../route/requirements.js';

// The metadata key of @nestjs/swagger for the security of a route. It is set directly, so that a service does not need Swagger, and
// does not load it earlier.
const SWAGGER_SECURITY = 'swagger/apiSecurity';
const SWAGGER_SCHEME = 'oauth2';
// OpenAPI §4.8.30: an empty requirement means that the operation can be called without authentication.
const ANONYMOUS = {};

/**
 * Documents the security of a handler of this class: an OAuth 2.0 token with its scopes, with one alternative for each possible
 * choice of scopes; no security if the handler is public, and both if its token is optional.
 */
export function documentHandler(controller: object, handler: object): void {
  const security: Record<string, string[]>[] = Reflect.getOwnMetadata(SWAGGER_SECURITY, handler) ?? [];
  const others = security.filter((requirement) => !isOwn(requirement));
  const access = accessOf(controller, handler);
  const withToken = alternatives(requirementsOf(controller, handler)).map((scopes) => ({
    [SWAGGER_SCHEME]: scopes,
  }));
  const own = [...(access === 'required' ? [] : [ANONYMOUS]), ...(access === 'public' ? [] : withToken)];
  Reflect.defineMetadata(SWAGGER_SECURITY, [...others, ...own], handler);
}

/** Calls {@link documentHandler} for every handler that the class itself declares. */
export function documentHandlers(controller: NewableFunction): void {
  const members = Object.getOwnPropertyDescriptors<object>(controller.prototype);
  for (const { value } of Object.values<PropertyDescriptor>(members)) {
    if (typeof value === 'function' && value !== controller) documentHandler(controller, value);
  }
}

function isOwn(requirement: object): boolean {
  return SWAGGER_SCHEME in requirement || Object.keys(requirement).length === 0;
}

function alternatives(requirements: readonly Requirement[]): string[][] {
  let found: string[][] = [[...requiredScopes(requirements)]];
  for (const requirement of requirements) {
    if (requirement.kind !== 'any-scope') continue;
    found = found.flatMap((scopes) =>
      requirement.scopes.map((scope) => (scopes.includes(scope) ? scopes : [...scopes, scope])),
    );
  }
  return found;
}
