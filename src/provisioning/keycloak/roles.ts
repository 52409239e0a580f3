import type { LeftOuts } from './left-out.js';
import { isDefaultRole, isOwnClient, isOwnRole, type Realm, type RealmRole } from './realm.js';

/** A role as entries of a configuration file name it. */
export type RoleEntryReference = string | { readonly name: string; readonly client_id: string };

/** The roles of a realm that are imported. */
export class RealmRoles {
  readonly entries: readonly object[];
  private readonly ofRealm: ReadonlySet<string>;
  private readonly ofClients: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param clients the client_ids that are imported */
  constructor({ roles }: Realm, clients: ReadonlySet<string>, leftOuts: LeftOuts) {
    const ofRealm = (roles?.realm ?? []).filter(({ name }) => !isOwnRole(name));
    for (const role of roles?.realm ?? []) leaveOutDefaults(role, leftOuts);
    const ofClients = Object.entries(roles?.client ?? {}).filter(([clientId]) => !isOwnClient(clientId));
    for (const [clientId, list] of ofClients)
      if (!clients.has(clientId))
        for (const { name = '' } of list)
          leftOuts.add('role', `${clientId}/${name}`, 'its client is not imported');
    const imported = ofClients.filter(([clientId]) => clients.has(clientId));
    this.entries = [
      ...ofRealm.map((role) => entryOf(role, {}, leftOuts)),
      ...imported.flatMap(([client_id, list]) => list.map((role) => entryOf(role, { client_id }, leftOuts))),
    ];
    this.ofRealm = namesOf(ofRealm);
    this.ofClients = new Map(imported.map(([clientId, list]) => [clientId, namesOf(list)]));
  }

  /** The roles that a user or a group is given, as far as they are imported. */
  referencesOf({
    realmRoles = [],
    clientRoles = {},
  }: {
    readonly realmRoles?: readonly string[];
    readonly clientRoles?: Readonly<Record<string, readonly string[]>>;
  }): RoleEntryReference[] {
    return [
      ...realmRoles.filter((name) => this.ofRealm.has(name)),
      ...Object.entries(clientRoles).flatMap(([client_id, names]) =>
        names.filter((name) => this.ofClients.get(client_id)?.has(name)).map((name) => ({ name, client_id })),
      ),
    ];
  }
}

/** What everybody has in the realm, beside what Keycloak gives them. */
function leaveOutDefaults({ name = '', composites = {} }: RealmRole, leftOuts: LeftOuts): void {
  if (!isDefaultRole(name)) return;
  const given = [
    ...(composites.realm ?? []).filter((role) => !isOwnRole(role)),
    ...Object.entries(composites.client ?? {}).flatMap(([client, roles]) =>
      isOwnClient(client) ? [] : roles.map((role) => `${client}/${role}`),
    ),
  ];
  if (given.length > 0)
    leftOuts.add('role', name, `the roles that it gives to everybody: ${given.join(', ')}`);
}

function entryOf(role: RealmRole, owner: { readonly client_id?: string }, leftOuts: LeftOuts): object {
  const { name = '', description, composite } = role;
  const shown = owner.client_id === undefined ? name : `${owner.client_id}/${name}`;
  if (composite)
    leftOuts.add(
      'role',
      shown,
      'the roles that it is composed of: give these to people or groups themselves',
    );
  // Keycloak's own descriptions are keys of its texts.
  const isText = description !== undefined && description !== '' && !/^\$\{.*\}$/.test(description);
  return { name, ...owner, ...(isText && { description: description.slice(0, 255) }) };
}

const namesOf = (roles: readonly RealmRole[]): ReadonlySet<string> =>
  new Set(roles.flatMap(({ name }) => name ?? []));
