import { claimAt } from './claim-path.js';
import type { NameMapping } from './name-mapping.js';

type Claims = Readonly<Record<string, unknown>>;

/** Reads names from claims: the granted scopes, or the roles. */
export type NameReader = (claims: Claims) => ReadonlySet<string>;

/** The names in the value of a claim. A value of an unexpected shape has none, so it grants nothing. */
type Spelling = (value: unknown) => readonly string[];

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Makes the reader of scopes. A string is a list of them, separated by spaces (RFC 6749 §3.3).
 *
 * @param claims the claims of the issuer's profile, if the mapping names none
 * @throws {TypeError} if the mapping names no claim
 */
export function scopeReader(mapping: NameMapping | undefined, claims: readonly string[]): NameReader {
  return nameReader('scopes', mapping, claims, (value) =>
    typeof value === 'string' ? value.split(' ').filter((one) => one !== '') : listed(value),
  );
}

/**
 * Makes the reader of roles. A string is one role, whose name may contain spaces.
 *
 * @param claims the claims of the issuer's profile, if the mapping names none
 * @throws {TypeError} if the mapping names no claim
 */
export function roleReader(mapping: NameMapping | undefined, claims: readonly string[]): NameReader {
  return nameReader('roles', mapping, claims, (value) =>
    typeof value === 'string' ? [value] : listed(value),
  );
}

function nameReader(
  option: string,
  { claim, names = {} }: NameMapping = {},
  claims: readonly string[],
  namesIn: Spelling,
): NameReader {
  const paths = claim === undefined ? claims : [claim].flat();
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== '')) {
    throw new TypeError(`BearerModule: ${option}.claim must be the name of a claim, or a list of them`);
  }
  for (const [theirs, ours] of Object.entries(names)) {
    if ([ours].flat().every((name: unknown) => typeof name === 'string' && name !== '')) continue;
    throw new TypeError(
      `BearerModule: ${option}.names: ${JSON.stringify(theirs)} needs a name, or a list of them`,
    );
  }
  const ownNames = new Map(Object.entries(names).map(([theirs, ours]) => [theirs, [ours].flat()]));
  return (token) => {
    const found = new Set<string>();
    for (const path of paths) {
      for (const theirs of namesIn(claimAt(token, path))) {
        for (const name of ownNames.get(theirs) ?? [theirs]) found.add(name);
      }
    }
    return found.size === 0 ? NO_NAMES : found;
  };
}

function listed(value: unknown): readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : [];
}
