import { checkOptionNames } from '../settings/option-names.js';
import { requirementDecorator } from './route-decorator.js';

/** In a challenge, `acr` values are separated by spaces, in a quoted string (RFC 9470 §3). */
const ACR = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Requires that the resource owner signed in with this `acr`, or with one of several (RFC 9470), and not longer ago than `maxAge`
 * seconds. Otherwise the response is a challenge with `insufficient_user_authentication`, which names the required values.
 *
 * With an empty list, only the age is checked.
 *
 * @throws {TypeError} if a value cannot be part of a challenge, or nothing is required
 * @example
 * ```ts
 * @RequireAcr('urn:example:mfa', { maxAge: 300 })
 * @Delete(':id')
 * remove() {}
 * ```
 */
export function RequireAcr(
  acr: string | readonly string[],
  options: { maxAge?: number } = {},
): ClassDecorator & MethodDecorator {
  const values: readonly unknown[] = Array.isArray(acr) ? [...(acr as readonly unknown[])] : [acr];
  if (!values.every(isAcr)) {
    throw new TypeError(
      '@RequireAcr(): an acr value must be printable ASCII without spaces, quotes and backslashes',
    );
  }
  const maxAge = maxAgeIn(options);
  if (values.length === 0 && maxAge === undefined)
    throw new TypeError('@RequireAcr() needs an acr or a maxAge');
  return requirementDecorator({ kind: 'authentication', acr: values, maxAge });
}

function isAcr(value: unknown): value is string {
  return typeof value === 'string' && ACR.test(value);
}

/** The age, in seconds. A member without a value would require less than was asked for. @throws {TypeError} if it is not an age */
function maxAgeIn(options: { maxAge?: number }): number | undefined {
  checkOptionNames('@RequireAcr()', options, { maxAge: true });
  if (!('maxAge' in options)) return undefined;
  const { maxAge } = options;
  if (typeof maxAge === 'number' && Number.isInteger(maxAge) && maxAge >= 0) return maxAge;
  throw new TypeError('@RequireAcr(): maxAge must be a whole number of seconds, 0 or more');
}
