import { readFile } from 'node:fs/promises';
import { SettingError } from '../../config/setting-error.js';
import type { Realm } from './realm.js';
import { realmShape } from './realm-shape.js';
import { shaped, ShapeError } from './shape.js';

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
  if (Array.isArray(value) && value.length > 0)
    return refuse('has a list of realms (export one of them, with --realm)');
  if (typeof value !== 'object' || value === null || !('realm' in value) || typeof value.realm !== 'string')
    return refuse('names no realm');
  try {
    return shaped(value, realmShape) as Realm;
  } catch (error) {
    if (error instanceof ShapeError) return refuse(`has ${error.message}`);
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
