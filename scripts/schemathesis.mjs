// Installs Schemathesis, which tests an API against its OpenAPI document.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from './programs.mjs';

/** Another version finds other things: it is raised together with what it finds. */
const version = '4.32.5';
const installMilliseconds = 300_000;

/**
 * Installs it into a virtual environment of Python in this folder.
 * @returns its program, or the reason why there is none
 */
export function installSchemathesis(folder) {
  const python = findProgram(['python3']);
  if (!python) return { reason: 'no python3 found' };
  const run = (program, ...parameters) =>
    spawnSync(program, parameters, { stdio: 'ignore', timeout: installMilliseconds }).status === 0;
  const bin = join(folder, 'bin');
  if (!run(python, '-m', 'venv', folder)) return { reason: 'python3 makes no virtual environment' };
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  if (!run(join(bin, 'python'), ...pip, `schemathesis==${version}`))
    return { reason: `pip cannot install schemathesis ${version}` };
  return { program: join(bin, 'schemathesis') };
}
