// Installs what tests use of Python.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from './programs.mjs';

/** Other versions find other things, or are used in another way: each is raised together with what it tests. */
const packages = {
  schemathesis: ['schemathesis==4.32.5'],
  mcp: ['mcp==2.3.0'],
  'scim-checker': ['scim2-cli==0.6.0', 'scim2-tester==0.5.2', 'scim2-client==0.13.2', 'scim2-models==0.12.3'],
};
const installMilliseconds = 300_000;

/**
 * Installs packages into a virtual environment of Python in this folder.
 * @returns the folder with its programs and with `python`, or the reason why there is none
 */
export function installPythonPackages(name, folder) {
  const python = findProgram(['python3']);
  if (!python) return { reason: 'no python3 found' };
  const run = (program, ...parameters) =>
    spawnSync(program, parameters, { stdio: 'ignore', timeout: installMilliseconds }).status === 0;
  const bin = join(folder, 'bin');
  if (!run(python, '-m', 'venv', folder)) return { reason: 'python3 makes no virtual environment' };
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const wanted = packages[name];
  if (!run(join(bin, 'python'), ...pip, ...wanted))
    return { reason: `pip cannot install ${wanted.join(', ')}` };
  return { bin };
}
