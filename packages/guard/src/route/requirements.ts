import 'reflect-metadata';
import type { AccessToken } from '../token/access-token.js';

/** Scopes of which a token needs all, or at least one. */
export interface ScopeRequirement {
  readonly kind: 'all-scopes' | 'any-scope';
  readonly scopes: readonly string[];
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
  readonly unmet: (token: AccessToken) => UnmetClaim | undefined;
}

export interface UnmetClaim {
  readonly claim: string;
  readonly expected: unknown;
  readonly received: unknown;
}

export type Requirement = ScopeRequirement | AuthenticationRequirement | ClaimsRequirement;

const REQUIREMENTS = Symbol.for('@eyrie/guard:requirements');
const PUBLIC = Symbol.for('@eyrie/guard:public');
const NONE: readonly Requirement[] = [];

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @throws {TypeError} if one of them is not a single scope (RFC 6749 §3.3) */
export function checkScopes(scopes: readonly string[]): void {
  for (const scope of scopes) {
    if (!SCOPE_TOKEN.test(scope))
      throw new TypeError(`${JSON.stringify(scope)} is not a scope: pass each scope as a separate argument`);
  }
}

/**
 * Adds a requirement to a controller class or a handler.
 *
 * @throws {TypeError} if it is public
 */
export function addRequirement(target: object, requirement: Requirement): void {
  if (Reflect.hasOwnMetadata(PUBLIC, target)) throw contradiction(target);
  Reflect.defineMetadata(REQUIREMENTS, [...requirementsOn(target), requirement], target);
}

/**
 * Makes a controller class or a handler public.
 *
 * @throws {TypeError} if it has requirements
 */
export function markPublic(target: object): void {
  if (Reflect.hasOwnMetadata(REQUIREMENTS, target)) throw contradiction(target);
  Reflect.defineMetadata(PUBLIC, true, target);
}

/** The requirements of a handler, or of a class and its base classes. */
export function requirementsOn(target: object): readonly Requirement[] {
  const requirements: readonly Requirement[] | undefined = Reflect.getMetadata(REQUIREMENTS, target);
  return requirements ?? NONE;
}

/**
 * Whether a handler of this class is public. The decorators of the handler come first: a handler with requirements is guarded in a
 * public class, and a public handler is public in a class with requirements. A class that inherits both is guarded.
 */
export function isPublic(controller: object, handler: object): boolean {
  if (requirementsOn(handler).length > 0) return false;
  if (Reflect.hasMetadata(PUBLIC, handler)) return true;
  return Reflect.hasMetadata(PUBLIC, controller) && requirementsOn(controller).length === 0;
}

/** All requirements for a call of this handler: its own and those of its class. */
export function requirementsOf(controller: object, handler: object): readonly Requirement[] {
  if (isPublic(controller, handler)) return NONE;
  return [...requirementsOn(controller), ...requirementsOn(handler)];
}

/** The scopes of which all are needed. */
export function requiredScopes(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.flatMap((one) => (one.kind === 'all-scopes' ? one.scopes : [])))];
}

function contradiction(target: object): TypeError {
  const name = typeof target === 'function' ? target.name : 'A handler';
  return new TypeError(`${name} is @Public() and has requirements for the token: it cannot be both`);
}
