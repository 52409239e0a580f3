import { requirementDecorator } from './requirement-decorator.js';

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
  { maxAge }: { maxAge?: number } = {},
): ClassDecorator & MethodDecorator {
  const values = typeof acr === 'string' ? [acr] : [...acr];
  if (!values.every((value) => ACR.test(value))) {
    throw new TypeError(
      '@RequireAcr(): an acr value must be printable ASCII without spaces, quotes and backslashes',
    );
  }
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError('@RequireAcr(): maxAge must be a whole number of seconds, 0 or more');
  }
  if (values.length === 0 && maxAge === undefined)
    throw new TypeError('@RequireAcr() needs an acr or a maxAge');
  return requirementDecorator({ kind: 'authentication', acr: values, maxAge });
}
