import type { Environment } from './setting.js';
import { SettingError } from './setting-error.js';

/** How many letters a misspelt name may differ by. */
const maxEdits = 2;

/**
 * Refuses a variable whose name is almost that of a setting. Other unknown names pass: Kubernetes sets `EYRIE_PORT` and the like
 * for a service called eyrie, and a configuration file may name any variable (`password_env`).
 * @param names the names of all settings
 * @throws SettingError that names the variable and the setting
 */
export function refuseMisspelt(environment: Environment, names: readonly string[]): void {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('EYRIE_') && !names.includes(name) && environment[name]?.trim(),
  );
  for (const name of unknown) {
    const meant = names.find((candidate) => editDistance(name, candidate) <= maxEdits);
    if (meant !== undefined)
      throw new SettingError(`${name} is not a setting: rename it to ${meant}, or remove it`);
  }
}

/** How many letters to insert, delete or replace to turn one text into the other (Levenshtein). */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 0; row < from.length; row += 1) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column += 1) {
      const replaced = (previous[column] ?? 0) + (from[row] === to[column] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
