import { requirementDecorator } from './requirement-decorator.js';

/** `acr` values travel separated by blanks, in a quoted string. */
const ACR = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Lets only tokens pass whose resource owner signed in as `acr` says, or as one of several says (RFC 9470). With
 * `maxAge`, in seconds, that must not be longer ago. Others are challenged with `insufficient_user_authentication`,
 * which tells the client what to ask of the issuer.
 *
 * An empty list asks for the age alone.
 *
 * @throws {TypeError} when a value cannot stand in a challenge, or nothing is asked for
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
    throw new TypeError('@RequireAcr(): an acr value is printable ASCII without blanks and quotes');
  }
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError('@RequireAcr(): maxAge is a whole number of seconds, 0 or more');
  }
  if (values.length === 0 && maxAge === undefined)
    throw new TypeError('@RequireAcr() needs an acr or a maxAge');
  return requirementDecorator({ kind: 'authentication', acr: values, maxAge });
}
