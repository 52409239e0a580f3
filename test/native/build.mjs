import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');

/** Builds what has changed since the last build, once before all specs. */
export default function build() {
  const { NODE_OPTIONS: _jestOwn, ...environment } = process.env;
  const { status } = spawnSync(process.execPath, [join('scripts', 'prepare.mjs'), 'build'], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The code that specs test could not be built, for the reason above.');
}
