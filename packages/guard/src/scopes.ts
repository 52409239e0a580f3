import 'reflect-metadata';

const SCOPES = Symbol.for('@eyrie/guard:scopes');
// The key under which @nestjs/swagger keeps the security of a route; written directly, so that a service without
// Swagger does not need it and one with Swagger does not load it a moment earlier.
const SWAGGER_SECURITY = 'swagger/apiSecurity';
const SWAGGER_SCHEME = 'oauth2';

type Target = object;

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Adds scopes to those that a controller class or a handler needs.
 *
 * @throws {TypeError} when one of them is not a scope of RFC 6749 §3.3
 */
export function addScopes(target: Target, scopes: readonly string[]): void {
  for (const scope of scopes) {
    if (!SCOPE_TOKEN.test(scope))
      throw new TypeError(`${JSON.stringify(scope)} is not a scope: one scope an argument`);
  }
  Reflect.defineMetadata(SCOPES, [...new Set([...scopesOn(target), ...scopes])], target);
}

/** Every scope that a call of this handler of this class needs: those of the class and those of the handler. */
export function requiredScopes(controller: Target, handler: Target): readonly string[] {
  const ofClass = scopesOn(controller);
  const ofHandler = scopesOn(handler);
  if (ofClass.length === 0) return ofHandler;
  if (ofHandler.length === 0) return ofClass;
  return [...new Set([...ofClass, ...ofHandler])];
}

/** Writes into the Swagger document that a route needs an OAuth 2.0 token with these scopes. */
export function documentScopes(handler: Target, scopes: readonly string[]): void {
  const security: Record<string, string[]>[] = Reflect.getOwnMetadata(SWAGGER_SECURITY, handler) ?? [];
  const others = security.filter((requirement) => !(SWAGGER_SCHEME in requirement));
  Reflect.defineMetadata(SWAGGER_SECURITY, [...others, { [SWAGGER_SCHEME]: [...scopes] }], handler);
}

const NONE: readonly string[] = [];

function scopesOn(target: Target): readonly string[] {
  const scopes: readonly string[] | undefined = Reflect.getMetadata(SCOPES, target);
  return scopes ?? NONE;
}
