import { invalidScope } from './errors.js';

/** scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3) */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** scope = scope-token *( SP scope-token ) (RFC 6749 §3.3), or none. */
export const scopeValues = /^(?:[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*)?$/;

/**
 * The scope values of a space-delimited list, each once, in the order sent.
 * @throws OAuthError invalid_scope if a value has characters that RFC 6749 §3.3 does not allow
 */
export function parseScope(value: string | undefined): string[] {
  if (value === undefined) return [];
  const scopes = [...new Set(value.split(' ').filter(Boolean))];
  if (!scopes.every((scope) => scopeToken.test(scope)))
    throw invalidScope('scope has characters that are not allowed');
  return scopes;
}

export const formatScope = (scopes: Iterable<string>): string => [...scopes].join(' ');

/** Whether every one of `scopes` is among `allowed`. */
export function isWithin(scopes: Iterable<string>, allowed: Iterable<string>): boolean {
  const set = new Set(allowed);
  for (const scope of scopes) if (!set.has(scope)) return false;
  return true;
}

/** The scope values that were requested beside those that were granted, as a list; null for none. */
export function scopeBeside(
  granted: readonly string[],
  ...requested: readonly (string | null | undefined)[]
): string | null {
  const beside = parseScope(requested.join(' ')).filter((scope) => !granted.includes(scope));
  return beside.length > 0 ? formatScope(beside) : null;
}

/** Scope values with a meaning of their own in OpenID Connect (OIDC Core §3.1.2.1, §5.4, §11). */
export const openidScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

/** Scopes that give what the directory says of a person. A client that registers itself has them only if the operator names them. */
export const directoryScopes = ['groups', 'roles', 'organization'] as const;

/** The claims that these scopes give. */
export const directoryClaims = ['groups', 'roles', 'org_id', 'org_name', 'org_roles'] as const;

/** Scopes of a grant as a whole, which belong to no resource: naming resources does not take them away. */
export const isGrantScope = (scope: string): boolean =>
  scope === 'offline_access' || scope === 'organization';

/** Scopes that are about the person alone, and belong to no other resource. */
export const personScopes: readonly string[] = [...openidScopes, ...directoryScopes];

export const isPersonScope = (scope: string): boolean => personScopes.includes(scope);

export const isDirectoryScope = (scope: string): boolean =>
  (directoryScopes as readonly string[]).includes(scope);
