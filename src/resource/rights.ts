/** What the parts of the admin API are about. Each part has the scopes `eyrie.<area>`, if it can be changed, and `eyrie.<area>.read`. */
const changedAreas = [
  'clients',
  'registration',
  'users',
  'groups',
  'roles',
  'claims',
  'grants',
  'resources',
  'keys',
  'deliveries',
  'upstreams',
  'issuers',
  'provisioning',
] as const;
/** The audit trail can only be read. */
const areas = [...changedAreas, 'audit'] as const;

export type AdminArea = (typeof areas)[number];
export type ChangedAdminArea = (typeof changedAreas)[number];

/** The scopes of the admin API that include others: all of it, and reading all of it. */
export const adminScope = { write: 'eyrie.admin', read: 'eyrie.admin.read' } as const;

/** The scope of provisioning clients, for SCIM. Whoever may do everything may give it to a client. */
export const scimScope = 'eyrie.scim';

/** The scope that an operation of the admin API needs. */
export const readScope = (area: AdminArea): string => `eyrie.${area}.read`;
export const writeScope = (area: ChangedAdminArea): string => `eyrie.${area}`;

const readScopes = areas.map(readScope);
const writeScopes = changedAreas.map(writeScope);

/** All scopes of the admin API and of SCIM, the wider ones first. */
export const adminScopeNames: readonly string[] = [
  adminScope.write,
  adminScope.read,
  ...changedAreas.flatMap((area) => [writeScope(area), readScope(area)]),
  readScope('audit'),
  scimScope,
];

/** Whether a scope belongs to the admin API. No other resource may have a scope of this prefix. */
export const isAdminScope = (scope: string): boolean => scope.startsWith('eyrie.');

/** The roles of people who administer, with the scopes that they may give a client. */
const scopesByRole = {
  administrator: [adminScope.write],
  auditor: [adminScope.read],
  /** Only for the clients that they registered or were given. */
  client_manager: [writeScope('clients'), readScope('resources')],
  user_support: [writeScope('users'), writeScope('grants')],
  directory_manager: [writeScope('groups'), writeScope('roles'), readScope('users')],
} as const satisfies Record<string, readonly string[]>;

export type AdminRole = keyof typeof scopesByRole;

/** The roles besides that of an administrator, which includes them. */
export const partialRoles = [
  'auditor',
  'client_manager',
  'user_support',
  'directory_manager',
] as const satisfies AdminRole[];

export type PartialRole = (typeof partialRoles)[number];

/** What is stored about somebody's roles. */
export interface RoleHolder {
  readonly administrator: boolean;
  /** Separated by spaces. */
  readonly adminRoles: string | null;
}

/** The roles of a user; none if the user does not administer anything. */
export function rolesOf({ administrator, adminRoles }: RoleHolder): AdminRole[] {
  return [...(administrator ? (['administrator'] as const) : []), ...partialRolesOf({ adminRoles })];
}

export function partialRolesOf({ adminRoles }: Pick<RoleHolder, 'adminRoles'>): PartialRole[] {
  const names = adminRoles?.split(' ') ?? [];
  return partialRoles.filter((role) => names.includes(role));
}

/** The roles as they are stored: each once, in one order. */
export const toRoleColumn = (roles: readonly PartialRole[]): string | null =>
  partialRoles.filter((role) => roles.includes(role)).join(' ') || null;

/** The scopes of the admin API that somebody with these roles may give a client. */
export const scopesOfRoles = (roles: readonly AdminRole[]): ReadonlySet<string> =>
  withIncluded(roles.flatMap((role) => [...scopesByRole[role]]));

/** As {@link scopesOfRoles}, without those that hold for some clients only. */
export const unlimitedScopesOfRoles = (roles: readonly AdminRole[]): ReadonlySet<string> =>
  scopesOfRoles(roles.filter((role) => role !== 'client_manager'));

/** The scopes, and those that they include. */
export function withIncluded(scopes: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const scope of scopes) for (const one of [scope, ...includedIn(scope)]) all.add(one);
  return all;
}

function includedIn(scope: string): readonly string[] {
  if (scope === adminScope.write) return [adminScope.read, ...writeScopes, ...readScopes, scimScope];
  if (scope === adminScope.read) return readScopes;
  return writeScopes.includes(scope) ? [`${scope}.read`] : [];
}

/**
 * The scopes as far as somebody may give them: of a scope of the admin API that is too wide, what remains of the scopes that it
 * includes. All other scopes stay.
 */
export function narrowedTo(allowed: ReadonlySet<string>, scopes: readonly string[]): string[] {
  const narrowed = scopes.flatMap((scope) => {
    if (!isAdminScope(scope) || allowed.has(scope)) return [scope];
    const remaining = includedIn(scope).filter((one) => allowed.has(one));
    return remaining.filter((one) => !remaining.some((wider) => includedIn(wider).includes(one)));
  });
  return [...new Set(narrowed)];
}
