import 'reflect-metadata';
import type { AccessToken } from '../token/access-token.js';

/** Scopes of which a token must hold all, or at least one. */
export interface ScopeRequirement {
  readonly kind: 'all-scopes' | 'any-scope';
  readonly scopes: readonly string[];
}

/** How, and how lately, the resource owner must have signed in (RFC 9470). */
export interface AuthenticationRequirement {
  readonly kind: 'authentication';
  /** `acr` values, of which one will do; none where only the age counts. */
  readonly acr: readonly string[];
  /** Seconds since `auth_time`, at most. */
  readonly maxAge: number | undefined;
}

/** What the claims of a token must say. */
export interface ClaimsRequirement {
  readonly kind: 'claims';
  /** The first claim that is not as it must be, for the log; `undefined` when all are. */
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

/** @throws {TypeError} when one of them is not a single scope (RFC 6749 §3.3) */
export function checkScopes(scopes: readonly string[]): void {
  for (const scope of scopes) {
    if (!SCOPE_TOKEN.test(scope))
      throw new TypeError(`${JSON.stringify(scope)} is not a scope: one scope an argument`);
  }
}

/**
 * Adds to what a controller class or a handler asks for.
 *
 * @throws {TypeError} when it is public
 */
export function addRequirement(target: object, requirement: Requirement): void {
  if (Reflect.hasOwnMetadata(PUBLIC, target)) throw contradiction(target);
  Reflect.defineMetadata(REQUIREMENTS, [...requirementsOn(target), requirement], target);
}

/**
 * Opens a controller class or a handler to everybody.
 *
 * @throws {TypeError} when it asks for something
 */
export function markPublic(target: object): void {
  if (Reflect.hasOwnMetadata(REQUIREMENTS, target)) throw contradiction(target);
  Reflect.defineMetadata(PUBLIC, true, target);
}

/** What a class, with those that it derives from, or a handler asks for by itself. */
export function requirementsOn(target: object): readonly Requirement[] {
  const requirements: readonly Requirement[] | undefined = Reflect.getMetadata(REQUIREMENTS, target);
  return requirements ?? NONE;
}

/**
 * Whether a handler of this class is open. The nearer decorator decides: what a handler asks for holds in a public
 * class, a public handler is open in a class that asks for something, and a class that does both is not open.
 */
export function isPublic(controller: object, handler: object): boolean {
  if (requirementsOn(handler).length > 0) return false;
  if (Reflect.hasMetadata(PUBLIC, handler)) return true;
  return Reflect.hasMetadata(PUBLIC, controller) && requirementsOn(controller).length === 0;
}

/** All that a call of this handler of this class asks for: requirements add up. */
export function requirementsOf(controller: object, handler: object): readonly Requirement[] {
  if (isPublic(controller, handler)) return NONE;
  return [...requirementsOn(controller), ...requirementsOn(handler)];
}

/** The scopes that are needed in any case. */
export function requiredScopes(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.flatMap((one) => (one.kind === 'all-scopes' ? one.scopes : [])))];
}

function contradiction(target: object): TypeError {
  const name = typeof target === 'function' ? target.name : 'A handler';
  return new TypeError(`${name} is @Public() and asks for something of its token: it cannot be both`);
}
