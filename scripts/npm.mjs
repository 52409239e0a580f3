import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from './problem.mjs';

/**
 * Runs npm in a folder: the npm that started this process, or else the one on the PATH.
 *
 * @param {string} folder
 * @param {string[]} commandLine
 * @param {Record<string, string>} environment added to that of this process
 * @returns {{ status: number | null, output: string }} `output` is what npm printed, including errors
 */
export function runNpm(folder, commandLine, environment = {}) {
  const starter = process.env.npm_execpath ?? '';
  const startedByNpm = starter.endsWith('npm-cli.js');
  const command = startedByNpm ? process.execPath : 'npm';
  const result = spawnSync(
    command,
    [...(startedByNpm ? [starter] : []), ...commandLine, '--loglevel=error'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
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
 * The folder from which node-gyp takes the headers of the running Node.js (`<prefix>/include/node`) instead of
 * downloading them; undefined if there are none, or if the user has chosen another folder.
 *
 * @param {string} folder the folder whose npm settings apply
 */
export function headersOfThisNode(folder) {
  const prefix = dirname(dirname(process.execPath));
  const versionHeader = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(versionHeader)) return undefined;
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(versionHeader, 'utf8'))?.[1];
  if (major !== process.versions.node.split('.')[0]) return undefined;

  const chosen = runNpm(folder, ['config', 'get', 'nodedir']).output;
  return chosen === 'undefined' ? prefix : undefined;
}
