import type { AccessToken } from '../token/access-token.js';
import type { Finding } from '../token/finding.js';
import { allowsFormToken } from './form-token.js';
import {
  type AuthenticationRequirement,
  isPublic,
  requiredScopes,
  type Requirement,
  requirementsOf,
  type UnmetClaim,
} from './requirements.js';

/** What the decorators of a route ask of a request. */
export interface RoutePolicy {
  /** Open to everybody. */
  readonly open: boolean;
  readonly formAllowed: boolean;
  readonly scopes: readonly string[];
  /** What is asked for beside scopes that are needed in any case. */
  readonly further: readonly Requirement[];
}

/** Why a token does not suffice, though it is good. */
export type Shortfall =
  | {
      readonly kind: 'scope';
      readonly needed: readonly string[];
      readonly missing: readonly string[];
      readonly any: boolean;
    }
  | {
      readonly kind: 'authentication';
      readonly needed: AuthenticationRequirement;
      readonly finding: Finding;
    }
  | { readonly kind: 'claims'; readonly unmet: UnmetClaim };

// Decorators do not change once a service runs, and reading their metadata at each request would be felt.
const policies = new WeakMap<object, WeakMap<object, RoutePolicy>>();

/** The policy of a handler as a method of this controller; a derived controller may share the handler. */
export function routePolicy(controller: object, handler: object): RoutePolicy {
  const known = policies.get(handler)?.get(controller);
  if (known !== undefined) return known;
  const requirements = requirementsOf(controller, handler);
  const policy: RoutePolicy = {
    open: isPublic(controller, handler),
    formAllowed: allowsFormToken(controller, handler),
    scopes: requiredScopes(requirements),
    further: requirements.filter(({ kind }) => kind !== 'all-scopes'),
  };
  const ofHandler = policies.get(handler) ?? new WeakMap<object, RoutePolicy>();
  policies.set(handler, ofHandler.set(controller, policy));
  return policy;
}

/**
 * What a token lacks for a route; `undefined` when it suffices.
 *
 * @param now the time in milliseconds since the epoch; asked only where a route minds it
 */
export function shortfall(token: AccessToken, policy: RoutePolicy, now: () => number): Shortfall | undefined {
  for (const scope of policy.scopes) {
    if (!token.scopes.has(scope)) return missingScopes(token, policy);
  }
  for (const requirement of policy.further) {
    const found = lacking(token, requirement, policy, now);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lacking(
  token: AccessToken,
  requirement: Requirement,
  policy: RoutePolicy,
  now: () => number,
): Shortfall | undefined {
  switch (requirement.kind) {
    case 'any-scope':
      return requirement.scopes.some((scope) => token.scopes.has(scope))
        ? undefined
        : {
            kind: 'scope',
            needed: [...new Set([...policy.scopes, ...requirement.scopes])],
            missing: requirement.scopes,
            any: true,
          };
    case 'authentication': {
      const finding = authenticationFinding(token, requirement, now);
      return finding && { kind: 'authentication', needed: requirement, finding };
    }
    case 'claims': {
      const unmet = requirement.unmet(token);
      return unmet && { kind: 'claims', unmet };
    }
    default:
      return undefined;
  }
}

function missingScopes({ scopes }: AccessToken, policy: RoutePolicy): Shortfall {
  const missing = policy.scopes.filter((scope) => !scopes.has(scope));
  return { kind: 'scope', needed: policy.scopes, missing, any: false };
}

/** Seconds by which the clocks of issuer and service may differ: an authentication event later than that has not been yet. */
const CLOCKS_APART = 60;

// RFC 9470 §5: the token's acr and auth_time tell whether the authentication event was what is needed.
function authenticationFinding(
  { claims }: AccessToken,
  { acr, maxAge }: AuthenticationRequirement,
  now: () => number,
): Finding | undefined {
  const { acr: reached, auth_time: at } = claims;
  if (acr.length > 0 && !(typeof reached === 'string' && acr.includes(reached))) {
    return { check: 'acr', expected: acr.join(' or '), received: reached };
  }
  if (maxAge === undefined) return undefined;
  const age = typeof at === 'number' ? now() / 1000 - at : Number.NaN;
  if (age >= -CLOCKS_APART && age <= maxAge) return undefined;
  return { check: 'auth_time', expected: `at most ${maxAge} s ago`, received: at };
}
