import { formatScope, personScopes } from '../../protocol/scope.js';
import { usesDeviceGrant } from './client-attributes.js';
import type { LeftOuts } from './left-out.js';
import type { Realm, RealmClient } from './realm.js';

/** Client scopes that Keycloak has for itself, which request nothing of a person or a resource. */
const ownScopes: readonly string[] = [
  'acr',
  'basic',
  'microprofile-jwt',
  'organization',
  'role_list',
  'saml_organization',
  'service_account',
  'web-origins',
];

/** Which resource the client scopes of a realm belong to. Here each scope is one of a resource, whose identifier is the audience of tokens. */
export interface ScopeTarget {
  /** The identifier of the resource; without one, they are not imported. */
  readonly resource?: string;
}

/** The client scopes of a realm. */
export class RealmScopes {
  readonly resources: readonly object[];
  private readonly known: ReadonlySet<string>;

  constructor({ realm, clientScopes = [] }: Realm, { resource }: ScopeTarget, leftOuts: LeftOuts) {
    const own = clientScopes.filter(
      ({ name = '' }) => !personScopes.includes(name) && !ownScopes.includes(name),
    );
    if (resource === undefined)
      for (const { name = '' } of own)
        leftOuts.add('scope', name, 'belongs to no resource: name one by --resource');
    const scopes = resource === undefined ? [] : own;
    this.resources =
      scopes.length === 0
        ? []
        : [
            {
              identifier: resource,
              name: realm,
              scopes: Object.fromEntries(
                scopes.map(({ name = '', description }) => [name, description || name]),
              ),
            },
          ];
    this.known = new Set([...personScopes, ...scopes.flatMap(({ name }) => name ?? [])]);
  }

  /** The scope of a client: what it gets by default, and what it may ask for. */
  scopeOf(client: RealmClient, leaveOut: (reason: string) => void): string {
    const assigned = [...(client.defaultClientScopes ?? []), ...(client.optionalClientScopes ?? [])];
    const unknown = assigned.filter((scope) => !this.known.has(scope) && !ownScopes.includes(scope));
    if (unknown.length > 0) leaveOut(`its scopes ${unknown.join(', ')}, which are not imported`);
    // Here the scope gives all roles of a person.
    const isWithoutRoles = client.fullScopeAllowed === false && assigned.includes('roles');
    if (isWithoutRoles)
      leaveOut(
        'the scope roles: its tokens hold the roles of its scope mappings alone, which are not imported',
      );
    const isForPeople =
      client.bearerOnly !== true && (client.standardFlowEnabled !== false || usesDeviceGrant(client));
    const scopes = assigned.filter(
      (scope) => this.known.has(scope) && !(isWithoutRoles && scope === 'roles'),
    );
    return formatScope(new Set([...(isForPeople ? ['openid'] : []), ...scopes]));
  }
}
