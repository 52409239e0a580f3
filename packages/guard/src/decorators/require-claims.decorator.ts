import type { AccessToken } from '../token/access-token.js';
import { requirementDecorator } from './requirement-decorator.js';
import type { UnmetClaim } from '../route/requirements.js';

type ClaimValue = string | number | boolean;

/** The value that each claim must have, or a list of accepted values. */
export type ExpectedClaims = Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;

/**
 * Requires claims with these values; other tokens get 403. A claim that is a list must contain an accepted value. For other rules,
 * pass a function of the token that returns true.
 *
 * @example
 * ```ts
 * @RequireClaims({ email_verified: true, department: ['sales', 'support'] })
 * @RequireClaims((token) => token.claims['tenant'] === token.clientId)
 * ```
 */
export function RequireClaims(
  expected: ExpectedClaims | ((token: AccessToken) => boolean),
): ClassDecorator & MethodDecorator {
  return requirementDecorator({
    kind: 'claims',
    unmet:
      typeof expected === 'function'
        ? (token) => unmetBy(expected, token)
        : (token) => firstUnmet(token, expected),
  });
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

function firstUnmet({ claims }: AccessToken, expected: ExpectedClaims): UnmetClaim | undefined {
  for (const [claim, wanted] of Object.entries(expected)) {
    const received = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    const values: readonly unknown[] = Array.isArray(received) ? received : [received];
    const accepted: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    if (!values.some((value) => accepted.includes(value))) return { claim, expected: wanted, received };
  }
  return undefined;
}
