import { readFile } from 'node:fs/promises';
import { SettingError } from '../../config/setting-error.js';
import type { Realm } from './realm.js';

/** The lists of a realm, and those that their entries have. */
const lists = {
  clients: ['redirectUris', 'protocolMappers', 'defaultClientScopes', 'optionalClientScopes'],
  clientScopes: [],
  groups: ['subGroups', 'realmRoles'],
  users: ['credentials', 'requiredActions', 'federatedIdentities', 'groups', 'realmRoles'],
  identityProviders: [],
} as const;

/**
 * Reads a realm export: one file, or the file of the realm with those of its users (`kc.sh export --users different_files`).
 * @throws SettingError if a file cannot be read, is no JSON or no export of a realm
 */
export async function readRealm(paths: readonly string[]): Promise<Realm> {
  const parts = await Promise.all(paths.map(readPart));
  const [first, ...others] = parts;
  const other = others.find(({ realm }) => realm !== first?.realm);
  if (!first || other)
    throw new SettingError(
      `the files are of different realms, ${first?.realm} and ${other?.realm}: name those of one`,
    );
  const whole = parts.find((part) => part.clients ?? part.roles) ?? first;
  return { ...whole, users: parts.flatMap(({ users = [] }) => users) };
}

async function readPart(path: string): Promise<Realm> {
  const refuse = (reason: string): never => {
    throw new SettingError(`${path} ${reason}: name a realm that Keycloak has exported as JSON`);
  };
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    refuse(`cannot be read (${error.code})`),
  );
  const value = parsed(text);
  if (value === undefined) return refuse('is not JSON');
  if (!isMap(value) || typeof value.realm !== 'string') return refuse('names no realm');
  const misshapen = misshapenList(value);
  return misshapen === undefined ? (value as unknown as Realm) : refuse(`has ${misshapen} that is no list`);
}

/** The name of a list that is something else. */
function misshapenList(realm: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, members] of Object.entries(lists)) {
    const entries = realm[name] ?? [];
    if (!Array.isArray(entries) || !entries.every(isMap)) return name;
    for (const member of members)
      if (entries.some((entry) => !Array.isArray(entry[member] ?? []))) return member;
  }
  return undefined;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
