export type Scheme = 'Bearer' | 'DPoP';

/**
 * A challenge of RFC 9110 §11.6.1: the scheme, and the attributes that have a value.
 */
export function challenge(scheme: Scheme, attributes: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${quotable(value)}"`],
  );
  return pairs.length === 0 ? scheme : `${scheme} ${pairs.join(', ')}`;
}

// RFC 6750 §3 does not allow `"` and `\` in error_description. RFC 9110 §5.6.4 allows them in a realm, if escaped.
function quotable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
}
