// Installs what tests use of Python.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from './programs.mjs';

/** Other versions find other things, or are used in another way: each is raised together with what it tests. */
const versions = { schemathesis: '4.32.5', mcp: '2.3.0' };
const installMilliseconds = 300_000;

/**
 * Installs a package into a virtual environment of Python in this folder.
 * @returns the folder with its programs and with `python`, or the reason why there is none
 */
export function installPythonPackage(name, folder) {
  const python = findProgram(['python3']);
  if (!python) return { reason: 'no python3 found' };
  const run = (program, ...parameters) =>
    spawnSync(program, parameters, { stdio: 'ignore', timeout: installMilliseconds }).status === 0;
  const bin = join(folder, 'bin');
  if (!run(python, '-m', 'venv', folder)) return { reason: 'python3 makes no virtual environment' };
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const version = versions[name];
  if (!run(join(bin, 'python'), ...pip, `${name}==${version}`))
    return { reason: `pip cannot install ${name} ${version}` };
  return { bin };
}
