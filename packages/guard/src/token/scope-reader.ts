import type { ScopeMapping } from './scope-mapping.js';
import { InvalidToken } from './token-verifier.js';

type Claims = Readonly<Record<string, unknown>>;

/** Reads the granted scopes from claims. */
export type ScopeReader = (claims: Claims) => ReadonlySet<string>;

/**
 * Makes the reader for a mapping.
 *
 * @throws {TypeError} if the mapping names no claim
 */
export function scopeReader({ claim = 'scope', names = {} }: ScopeMapping = {}): ScopeReader {
  const paths = typeof claim === 'string' ? [claim] : [...claim];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== '')) {
    throw new TypeError('BearerModule: scopes.claim must be the name of a claim, or a list of them');
  }
  const named = new Map(Object.entries(names).map(([theirs, ours]) => [theirs, [ours].flat()]));
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && named.size === 0) {
    return (claims) => new Set(scopesIn(claims, only));
  }
  return (claims) => {
    const granted = paths.flatMap((path) => scopesIn(claims, path));
    return new Set(granted.flatMap((scope) => named.get(scope) ?? [scope]));
  };
}

// RFC 6749 §3.3: "expressed as a list of space-delimited, case-sensitive strings"; other claims may be lists.
function scopesIn(claims: Claims, path: string): string[] {
  const value = Object.hasOwn(claims, path) ? claims[path] : follow(claims, path.split('.'));
  if (value === undefined) return [];
  if (typeof value === 'string') return value.split(' ').filter((one) => one !== '');
  if (path !== 'scope' && Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new InvalidToken(undefined, {
    finding: { check: path, expected: 'scopes in a string', received: value },
  });
}

function follow(claims: Claims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Claims)[name];
  }
  return value;
}
