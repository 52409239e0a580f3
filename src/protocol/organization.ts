import { invalidScope } from './errors.js';

/** The scope by which a client asks to act for an organization of the person; with `:` and an id, for that one. */
export const organizationScope = 'organization';
const prefix = `${organizationScope}:`;

/** The scope value that names an organization. */
export const organizationScopeOf = (id: string): string => prefix + id;

/** The organization that a request asks for. */
export interface AskedOrganization {
  /** Undefined: one to which the person belongs. */
  readonly id: string | undefined;
}

/** A scope value as it is granted: `organization` in place of `organization:{id}`. The grant holds the organization itself. */
export const withoutOrganizationId = (scope: string): string =>
  scope.startsWith(prefix) ? organizationScope : scope;

/**
 * The organization that scope values ask for; undefined if they ask for none.
 * @throws OAuthError invalid_scope if they name several
 */
export function askedOrganization(scopes: readonly string[]): AskedOrganization | undefined {
  const ids = scopes.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));
  if (ids.length > 1) throw invalidScope('scope names more than one organization');
  const [id] = ids;
  return id !== undefined || scopes.includes(organizationScope) ? { id } : undefined;
}
