import { types } from 'node:util';
import type { UnmetClaim } from '../route/requirements.js';
import type { AccessToken } from '../token/access-token.js';
import { claimAt } from '../token/claim-path.js';
import { quoted } from '../token/finding.js';
import { requirementDecorator } from './route-decorator.js';

type ClaimValue = string | number | boolean;

/** The value that each claim must have, or a list of accepted values. A dot in a name means a member of an object: `address.country`. */
export type ExpectedClaims = Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;

/**
 * Requires claims with these values; other tokens get 403. A claim that is a list must contain an accepted value. For other rules,
 * pass a function of the token that returns true.
 *
 * @throws {TypeError} if nothing is required, a value is missing, or the function is asynchronous
 * @example
 * ```ts
 * @RequireClaims({ email_verified: true, department: ['sales', 'support'], 'address.country': 'SE' })
 * @RequireClaims((token) => token.claims['tenant'] === token.clientId)
 * ```
 */
export function RequireClaims(
  expected: ExpectedClaims | ((token: AccessToken) => boolean),
): ClassDecorator & MethodDecorator {
  if (typeof expected === 'function') {
    if (types.isAsyncFunction(expected)) {
      throw new TypeError('@RequireClaims(): the function must return true or false, not a promise');
    }
    return requirementDecorator({ kind: 'claims', unmet: (token) => unmetBy(expected, token) });
  }
  const accepted = acceptedValues(expected);
  return requirementDecorator({ kind: 'claims', unmet: ({ claims }) => firstUnmet(claims, accepted) });
}

interface AcceptedValues {
  readonly claim: string;
  readonly values: readonly unknown[];
  /** As it was written, for the log. */
  readonly wanted: unknown;
}

/** The accepted values of each claim. @throws {TypeError} if nothing is required, or a value is missing */
function acceptedValues(expected: unknown): AcceptedValues[] {
  if (
    typeof expected !== 'object' ||
    expected === null ||
    Array.isArray(expected) ||
    types.isPromise(expected)
  ) {
    throw new TypeError('@RequireClaims() needs an object of claims, or a function');
  }
  const entries: [string, unknown][] = Object.entries(expected);
  if (entries.length === 0) throw new TypeError('@RequireClaims() needs a claim');
  return entries.map(([claim, wanted]) => {
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    if (values.length === 0) throw new TypeError(`@RequireClaims(): ${claim} needs a value`);
    for (const value of values) {
      if (isClaimValue(value)) continue;
      throw new TypeError(
        `@RequireClaims(): ${claim} must be text, a number, true or false, not ${quoted(value)}`,
      );
    }
    return { claim, values, wanted };
  });
}

function isClaimValue(value: unknown): value is ClaimValue {
  return (
    ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && Number.isFinite(value))
  );
}

function unmetBy(judge: (token: AccessToken) => boolean, token: AccessToken): UnmetClaim | undefined {
  // Only `true` counts: in JavaScript, the function may return a promise.
  const verdict: unknown = judge(token);
  if (verdict === true) return undefined;
  return {
    claim: 'claims',
    expected: `true from ${judge.name || 'the function'}`,
    received: 'another value',
  };
}

function firstUnmet(
  claims: AccessToken['claims'],
  accepted: readonly AcceptedValues[],
): UnmetClaim | undefined {
  for (const { claim, values, wanted } of accepted) {
    const received = claimAt(claims, claim);
    const held: readonly unknown[] = Array.isArray(received) ? received : [received];
    if (!held.some((value) => values.includes(value))) return { claim, expected: wanted, received };
  }
  return undefined;
}
