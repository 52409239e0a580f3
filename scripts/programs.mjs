import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// In Debian, servers are in /usr/sbin, which is not in the PATH of ordinary users.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/**
 * The path of the first of these programs that this machine has; undefined if it has none.
 *
 * @param {string[]} names in order of preference
 * @param {string[]} [further] folders to look into at last
 */
export function findProgram(names, further = []) {
  for (const name of names) {
    const found = [...folders, ...further].map((folder) => join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
