import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from '../../../../test/support/workplace.js';

const guard = join(import.meta.dirname, '..', '..');

/** The package, built and packed from its sources as they are. */
export interface Pack {
  readonly tarball: string;
  /** The paths in it. */
  readonly files: readonly string[];
  readonly manifest: {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
}

/** Builds and packs the guard in a folder of its own: what lies in `dist` may be of another day. */
export async function packGuard(place: Workplace): Promise<Pack> {
  const source = await place.folder('guard');
  const build = await source.tsc('-p', join(guard, 'tsconfig.json'), '--outDir', join(source.path, 'dist'));
  if (build.code !== 0) throw new Error(build.output);
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    await copyFile(join(guard, file), join(source.path, file));
  }
  const printed = await source.succeed('npm', 'pack', '--json', '--ignore-scripts', '--loglevel=silent');
  const [packed] = JSON.parse(printed) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm pack printed ${printed}`);
  return {
    tarball: join(source.path, packed.filename),
    files: packed.files.map(({ path }) => path),
    manifest: JSON.parse(await readFile(join(guard, 'package.json'), 'utf8')) as Pack['manifest'],
  };
}
