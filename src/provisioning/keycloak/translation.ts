import { stringify } from 'yaml';
import { RealmAttributes } from './attributes.js';
import { clientsOf } from './clients.js';
import { RealmGroups } from './groups.js';
import { type LeftOut, LeftOuts } from './left-out.js';
import type { Realm } from './realm.js';
import { RealmRoles } from './roles.js';
import { RealmScopes, type ScopeTarget } from './scopes.js';
import { usersOf } from './users.js';

/** A realm as a configuration file, and what of it does not go there. */
export interface Translation {
  /** YAML for `eyrie plan` and `eyrie apply`. It holds secrets and password hashes. */
  readonly text: string;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Translates a realm of Keycloak into a configuration file.
 * @param isAdministrator whether the service has an administrator of this username, who is left as they are
 */
export function translateRealm(
  realm: Realm,
  target: ScopeTarget = {},
  isAdministrator: (username: string) => boolean = () => false,
): Translation {
  const leftOuts = new LeftOuts();
  const scopes = new RealmScopes(realm, target, leftOuts);
  const clients = clientsOf(realm, scopes, leftOuts);
  const roles = new RealmRoles(realm, new Set(clients.map(({ client_id }) => client_id)), leftOuts);
  const groups = new RealmGroups(realm, roles, leftOuts);
  const attributes = new RealmAttributes(realm);
  const users = usersOf(realm, roles, groups, attributes, leftOuts, isAdministrator);
  leaveOutRealm(realm, leftOuts);
  const sections = {
    resources: scopes.resources,
    clients,
    roles: roles.entries,
    groups: groups.entries,
    attributes: attributes.entries,
    users,
  };
  return { text: stringify(asItStands(sections)), leftOut: leftOuts.list };
}

/** The same value, in which no text refers to the environment. Names of members never do. */
function asItStands(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(asItStands);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asItStands(member)]));
}

function leaveOutRealm(
  { realm, identityProviders = [], organizations = [], components = {} }: Realm,
  leftOuts: LeftOuts,
): void {
  for (const { name = '' } of organizations) leftOuts.add('realm', realm, `its organization ${name}`);
  for (const { alias = '' } of identityProviders)
    leftOuts.add('identity provider', alias, 'declare it under upstreams');
  for (const { name = '' } of components['org.keycloak.storage.UserStorageProvider'] ?? [])
    leftOuts.add('user federation', name, 'its people are not in the export');
  leftOuts.add(
    'realm',
    realm,
    'its signing keys and sessions: people sign in again, and `sub` of each is a new one',
  );
  leftOuts.add('realm', realm, 'lifetimes, password policy, flows, mail and themes: see docs/settings.md');
}
