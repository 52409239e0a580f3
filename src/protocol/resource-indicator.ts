import { OAuthError } from './errors.js';

/** An absolute URI in printable ASCII, without a fragment (RFC 3986 §4.3). */
const absoluteUri = /^[A-Za-z][A-Za-z\d+.-]*:[\x21\x22\x24-\x7e]+$/;

/** Characters. Parsing a host takes a time that grows with the square of its length. */
const maxUriLength = 2_048;

export const isAbsoluteUri = (value: string): boolean =>
  value.length <= maxUriLength && absoluteUri.test(value) && URL.canParse(value);

export const invalidTarget = (description: string, detail?: string): OAuthError =>
  new OAuthError('invalid_target', description, { detail });

/**
 * The values of `resource`, each once (RFC 8707 §2): "Its value MUST be an absolute URI […] The URI MUST NOT include a
 * fragment component. […] Multiple resource parameters MAY be used".
 * @throws OAuthError invalid_target for a value of another form
 */
export function parseResources(values: readonly string[]): string[] {
  for (const value of values) {
    if (!isAbsoluteUri(value)) throw invalidTarget('resource must be an absolute URI without a fragment');
  }
  return [...new Set(values)];
}
