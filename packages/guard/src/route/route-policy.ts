import type { CarrierRequest } from '../request/credentials.js';
import type { AccessToken } from '../token/access-token.js';
import type { Finding } from '../token/finding.js';
import { allowsFormToken } from './form-token.js';
import {
  type Access,
  accessOf,
  type AuthenticationRequirement,
  requiredScopes,
  type Requirement,
  requirementsOf,
  type UnmetClaim,
} from './requirements.js';

/** The requirements of a route, from its decorators. */
export interface RoutePolicy {
  readonly access: Access;
  readonly formAllowed: boolean;
  readonly scopes: readonly string[];
  /** The requirements other than these scopes. */
  readonly further: readonly Requirement[];
}

/** Why a valid token does not meet the requirements of a route. */
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

// Decorators do not change while a service runs. To read their metadata at each request would be slow.
const policies = new WeakMap<object, WeakMap<object, RoutePolicy>>();

/** The policy of a handler as a method of this controller; a derived controller may share the handler. */
export function routePolicy(controller: object, handler: object): RoutePolicy {
  const known = policies.get(handler)?.get(controller);
  if (known !== undefined) return known;
  const requirements = requirementsOf(controller, handler);
  const policy: RoutePolicy = {
    access: accessOf(controller, handler),
    formAllowed: allowsFormToken(controller, handler),
    scopes: requiredScopes(requirements),
    further: requirements.filter(({ kind }) => kind !== 'all-scopes'),
  };
  const ofHandler = policies.get(handler) ?? new WeakMap<object, RoutePolicy>();
  policies.set(handler, ofHandler.set(controller, policy));
  return policy;
}

/**
 * The first requirement of a route that a token does not meet; `undefined` if it meets all.
 *
 * @param request the request, for requirements that depend on it
 * @param now milliseconds since the epoch; only called if a requirement needs the time
 */
export function shortfall(
  token: AccessToken,
  policy: RoutePolicy,
  request: CarrierRequest,
  now: () => number,
): Shortfall | undefined {
  for (const scope of policy.scopes) {
    if (!token.scopes.has(scope)) return missingScopes(token, policy.scopes);
  }
  for (const requirement of policy.further) {
    const found = lacking(token, requirement, { policy, request, now });
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Circumstances {
  readonly policy: RoutePolicy;
  readonly request: CarrierRequest;
  readonly now: () => number;
}

function lacking(
  token: AccessToken,
  requirement: Requirement,
  { policy, request, now }: Circumstances,
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
    case 'request-scopes': {
      const needed = [...new Set([...policy.scopes, ...requirement.scopesFor(request)])];
      return missingScopes(token, needed);
    }
    case 'authentication': {
      const finding = authenticationFinding(token, requirement, now);
      return finding && { kind: 'authentication', needed: requirement, finding };
    }
    case 'claims': {
      const unmet = requirement.unmet(token, request);
      return unmet && { kind: 'claims', unmet };
    }
    default:
      return undefined;
  }
}

function missingScopes({ scopes }: AccessToken, needed: readonly string[]): Shortfall | undefined {
  const missing = needed.filter((scope) => !scopes.has(scope));
  return missing.length === 0 ? undefined : { kind: 'scope', needed, missing, any: false };
}

/** The allowed difference between the clocks of issuer and service. A later authentication event would be in the future. */
const CLOCK_TOLERANCE_SECONDS = 60;

// RFC 9470 §5: the token's acr and auth_time show whether the authentication event meets the requirement.
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
  if (age >= -CLOCK_TOLERANCE_SECONDS && age <= maxAge) return undefined;
  return { check: 'auth_time', expected: `at most ${maxAge} s ago`, received: at };
}
