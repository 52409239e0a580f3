import 'reflect-metadata';
import type { CarrierRequest } from '../request/credentials.js';
import type { AccessToken } from '../token/access-token.js';
import { quoted } from '../token/finding.js';

/** Scopes of which a token needs all, or at least one. */
export interface ScopeRequirement {
  readonly kind: 'all-scopes' | 'any-scope';
  readonly scopes: readonly string[];
}

/** Scopes that depend on the request: a token needs all of them. */
export interface RequestScopeRequirement {
  readonly kind: 'request-scopes';
  readonly scopesFor: (request: CarrierRequest) => readonly string[];
}

/** How, and how recently, the resource owner must have signed in (RFC 9470). */
export interface AuthenticationRequirement {
  readonly kind: 'authentication';
  /** The accepted `acr` values; empty if only the age counts. */
  readonly acr: readonly string[];
  /** The maximum time since `auth_time`, in seconds. */
  readonly maxAge: number | undefined;
}

/** A requirement on the claims of a token. */
export interface ClaimsRequirement {
  readonly kind: 'claims';
  /** The first claim that does not meet the requirement, for the log; `undefined` if all do. */
  readonly unmet: (token: AccessToken, request: CarrierRequest) => UnmetClaim | undefined;
}

export interface UnmetClaim {
  readonly claim: string;
  readonly expected: unknown;
  readonly received: unknown;
}

/** Whether a call needs a token, may have one, or is accepted whatever it has. */
export type Access = 'required' | 'optional' | 'public';

/** The decorators that make a route other than guarded. */
const DECORATORS = { optional: '@OptionalBearer()', public: '@Public()' } as const;

export type Requirement =
  ScopeRequirement | RequestScopeRequirement | AuthenticationRequirement | ClaimsRequirement;

const REQUIREMENTS = Symbol.for('@eyrie/guard:requirements');
const ACCESS = Symbol.for('@eyrie/guard:access');
const NONE: readonly Requirement[] = [];

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Checks the scopes of a decorator.
 *
 * @throws {TypeError} if there is none, or one of them is not a single scope (RFC 6749 §3.3)
 */
export function checkScopes(decorator: string, scopes: readonly unknown[]): void {
  if (scopes.length === 0)
    throw new TypeError(`${decorator} needs a scope; @UseGuards(BearerGuard) needs none`);
  for (const scope of scopes) {
    if (typeof scope === 'string' && SCOPE_TOKEN.test(scope)) continue;
    throw new TypeError(
      `${decorator}: ${quoted(scope)} is not a scope: pass each scope as a separate argument`,
    );
  }
}

/**
 * Adds a requirement to a controller class or a handler.
 *
 * @throws {TypeError} if it is public or optional
 */
export function addRequirement(target: object, requirement: Requirement): void {
  const access = ownAccess(target);
  if (access !== undefined) throw contradiction(target, access);
  Reflect.defineMetadata(REQUIREMENTS, [...requirementsOn(target), requirement], target);
}

/**
 * Makes a controller class or a handler public or optional.
 *
 * @throws {TypeError} if it has requirements, or is both
 */
export function markAccess(target: object, access: Exclude<Access, 'required'>): void {
  if (Reflect.hasOwnMetadata(REQUIREMENTS, target)) throw contradiction(target, access);
  const other = ownAccess(target);
  if (other !== undefined && other !== access) {
    throw new TypeError(
      `${nameOf(target)} is ${DECORATORS[access]} and ${DECORATORS[other]}: it cannot be both`,
    );
  }
  Reflect.defineMetadata(ACCESS, access, target);
}

/** The requirements of a handler, or of a class and its base classes. */
export function requirementsOn(target: object): readonly Requirement[] {
  const requirements: readonly Requirement[] | undefined = Reflect.getMetadata(REQUIREMENTS, target);
  return requirements ?? NONE;
}

/**
 * Whether a handler of this class needs a token. The decorators of the handler come first: a handler with requirements is guarded in
 * a public class, and a public handler is public in a class with requirements. A class that inherits both is guarded.
 */
export function accessOf(controller: object, handler: object): Access {
  if (requirementsOn(handler).length > 0) return 'required';
  const own: Access | undefined = Reflect.getMetadata(ACCESS, handler);
  if (own !== undefined) return own;
  if (requirementsOn(controller).length > 0) return 'required';
  return (Reflect.getMetadata(ACCESS, controller) as Access | undefined) ?? 'required';
}

/** All requirements for a call of this handler: its own and those of its class. */
export function requirementsOf(controller: object, handler: object): readonly Requirement[] {
  if (accessOf(controller, handler) !== 'required') return NONE;
  return [...requirementsOn(controller), ...requirementsOn(handler)];
}

/** The scopes of which all are needed. */
export function requiredScopes(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.flatMap((one) => (one.kind === 'all-scopes' ? one.scopes : [])))];
}

function ownAccess(target: object): Exclude<Access, 'required'> | undefined {
  return Reflect.getOwnMetadata(ACCESS, target);
}

function contradiction(target: object, access: Exclude<Access, 'required'>): TypeError {
  const name = nameOf(target);
  return new TypeError(
    `${name} is ${DECORATORS[access]} and has requirements for the token: it cannot be both`,
  );
}

function nameOf(target: object): string {
  return typeof target === 'function' ? target.name : 'A handler';
}
