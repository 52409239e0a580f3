import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from './problem.mjs';

/**
 * Runs npm in a folder: the npm that started this process, or else the one on the PATH.
 *
 * @param {string} folder
 * @param {string[]} commandLine
 * @returns {{ status: number | null, output: string }} `output` is what npm printed, including errors
 */
export function runNpm(folder, commandLine) {
  const starter = process.env.npm_execpath ?? '';
  const startedByNpm = starter.endsWith('npm-cli.js');
  const command = startedByNpm ? process.execPath : 'npm';
  const result = spawnSync(
    command,
    [...(startedByNpm ? [starter] : []), ...commandLine, '--loglevel=error'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      // On Windows, npm is a shell script.
      shell: !startedByNpm && process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (result.error) throw new Problem(`npm cannot be run (${result.error.message}): it comes with Node.js`);
  return { status: result.status, output: `${result.stdout}${result.stderr}`.trim() };
}

/**
 * The Node.js headers that an add-on is built with.
 *
 * @typedef {object} Headers
 * @property {string | undefined} nodedir the value of npm's setting `nodedir` for the build; undefined if node-gyp downloads headers
 * @property {string[]} compared a line for each folder that was looked at, with what was found there
 */

/**
 * Chooses the headers for node-gyp: the folder that npm's setting `nodedir` names if its headers are those of the running Node.js, or
 * else the folder of the running Node.js (`<prefix>/include/node`). A folder with the headers of another version is no choice: an
 * add-on that is built with them does not load.
 *
 * @param {string | undefined} chosen npm's setting `nodedir`
 * @param {{ prefix: string, modules: string }} node the folder and the ABI version of the running Node.js
 * @returns {Headers}
 */
export function chooseHeaders(
  chosen,
  node = { prefix: dirname(dirname(process.execPath)), modules: process.versions.modules },
) {
  const folders = [
    ...(chosen === undefined ? [] : [{ name: "npm's setting nodedir", folder: chosen }]),
    { name: 'this Node.js', folder: node.prefix },
  ];
  const found = folders.map(({ name, folder }) => ({ name, folder, modules: modulesVersion(folder) }));
  return {
    nodedir: found.find(({ modules }) => modules === node.modules)?.folder,
    compared: found.map(
      ({ name, folder, modules }) =>
        `${name} (${folder}): ${modules === undefined ? 'no headers' : `headers of NODE_MODULE_VERSION ${modules}`}`,
    ),
  };
}

/**
 * npm's setting `nodedir`; undefined if it is not set.
 *
 * @param {string} folder the folder whose npm settings apply
 */
export function chosenNodedir(folder) {
  const chosen = runNpm(folder, ['config', 'get', 'nodedir']).output;
  return chosen === 'undefined' ? undefined : chosen;
}

/** The ABI version in the headers of a folder: an add-on loads only where it is the same. */
function modulesVersion(folder) {
  const header = join(folder, 'include', 'node', 'node_version.h');
  if (!existsSync(header)) return undefined;
  return /#define NODE_MODULE_VERSION (\d+)/.exec(readFileSync(header, 'utf8'))?.[1];
}
