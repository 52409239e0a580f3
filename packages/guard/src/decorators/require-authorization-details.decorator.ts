import { types } from 'node:util';
import type { CarrierRequest } from '../request/credentials.js';
import type { AuthorizationDetail } from '../token/authorization-details.js';
import { quoted } from '../token/finding.js';
import { requirementDecorator } from './route-decorator.js';

type DetailValue = string | number | boolean;

/** What one authorization detail must have: a value, alone or in a list; or, for a list, all of its values. */
export type ExpectedDetail = Readonly<Record<string, DetailValue | readonly DetailValue[]>>;

/** Whether a detail of the type suffices for a request. The body is as Nest has parsed it, and not yet validated. */
export type DetailJudge = (detail: AuthorizationDetail, request: CarrierRequest) => boolean;

/**
 * Requires an authorization detail (RFC 9396) of this type; other tokens get 403. One and the same detail must have all that is expected,
 * or satisfy the function.
 *
 * RFC 9396 has no error of its own for resource servers: the error is `insufficient_scope` (RFC 6750 §3.1), without `scope`.
 *
 * @throws {TypeError} if there is no type, nothing is expected of a member, or the function is asynchronous
 * @example
 * ```ts
 * @RequireAuthorizationDetails('contact_list', { actions: ['read'], identifier: 'friends' })
 * @RequireAuthorizationDetails('payment', (detail, { body }) => detail['creditorName'] === (body as Payment).creditorName)
 * ```
 */
export function RequireAuthorizationDetails(
  type: string,
  expected: ExpectedDetail | DetailJudge = {},
): ClassDecorator & MethodDecorator {
  if (typeof type !== 'string' || type === '')
    throw new TypeError('@RequireAuthorizationDetails() needs the type of the details');
  const judge = typeof expected === 'function' ? checked(expected) : judgeBy(expected);
  return requirementDecorator({
    kind: 'claims',
    unmet: ({ authorizationDetails = [] }, request) => {
      const ofType = authorizationDetails.filter((detail) => detail.type === type);
      // Only `true` counts: in JavaScript, the function may return a promise.
      if (ofType.some((detail) => (judge(detail, request) as unknown) === true)) return undefined;
      const wanted = typeof expected === 'function' ? `${type} for this request` : { type, ...expected };
      return { claim: 'authorization_details', expected: wanted, received: authorizationDetails };
    },
  });
}

function checked(judge: DetailJudge): DetailJudge {
  if (types.isAsyncFunction(judge))
    throw new TypeError(
      '@RequireAuthorizationDetails(): the function must return true or false, not a promise',
    );
  return judge;
}

/** @throws {TypeError} if a member has no value, or one of another type */
function judgeBy(expected: unknown): DetailJudge {
  if (
    typeof expected !== 'object' ||
    expected === null ||
    Array.isArray(expected) ||
    types.isPromise(expected)
  )
    throw new TypeError('@RequireAuthorizationDetails() needs an object of members, or a function');
  const wanted = Object.entries(expected).map(([member, value]) => ({
    member,
    values: valuesOf(member, value),
  }));
  return (detail) =>
    wanted.every(({ member, values }) => {
      const held: readonly unknown[] = Object.hasOwn(detail, member) ? [detail[member]].flat() : [];
      return values.every((value) => held.includes(value));
    });
}

function valuesOf(member: string, value: unknown): readonly unknown[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new TypeError(`@RequireAuthorizationDetails(): ${member} needs a value`);
  for (const one of values) {
    if (typeof one === 'string' || typeof one === 'boolean' || Number.isFinite(one)) continue;
    throw new TypeError(
      `@RequireAuthorizationDetails(): ${member} must be text, a number, true or false, not ${quoted(one)}`,
    );
  }
  return values;
}
