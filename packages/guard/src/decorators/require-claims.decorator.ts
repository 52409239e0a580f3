import type { AccessToken } from '../token/access-token.js';
import { requirementDecorator } from './requirement-decorator.js';
import type { UnmetClaim } from '../route/requirements.js';

type ClaimValue = string | number | boolean;

/** For each claim the value that it must have, or a list of which one will do. */
export type ExpectedClaims = Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;

/**
 * Lets only tokens pass whose claims say so; others get 403. A claim that is a list must hold an expected value. What
 * such a table cannot say, a function of the token can.
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
  // Nothing but true: in JavaScript it may be a promise.
  const verdict: unknown = judge(token);
  if (verdict === true) return undefined;
  return {
    claim: 'claims',
    expected: `what ${judge.name || 'the function'} asks`,
    received: 'something else',
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
