import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit } from '../recipes/recipes.js';

const root = join(import.meta.dirname, '..', '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** A copy of the source in a temporary folder, which can be changed, built and run. */
export class SourceCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<SourceCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'eyrie-source-'));
    await cp(join(root, 'src'), join(folder, 'src'), { recursive: true });
    await cp(join(root, 'package.json'), join(folder, 'package.json'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new SourceCopy(folder);
  }

  /** Adds the files of a folder that holds some of `src`. */
  async add(folder: string): Promise<void> {
    await cp(folder, this.folder, { recursive: true, force: false, errorOnExist: true });
  }

  /** @throws Error unless the file holds the place of the entry once */
  async insert({ file, place: [side, text], entry, imports }: Edit): Promise<void> {
    const path = join(this.folder, file);
    const [before, after, ...more] = (await readFile(path, 'utf8')).split(text);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`${file} does not hold this text once: ${text}`);
    const changed = side === 'before' ? [before, entry, text, after] : [before, text, entry, after];
    await writeFile(path, `${imports === undefined ? '' : `${imports}\n`}${changed.join('')}`);
  }

  /**
   * Checks the types and builds into `dist`, in one run of the compiler.
   * @throws Error with what the compiler says
   */
  async build(): Promise<void> {
    const configuration = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: './src',
        outDir: './dist',
        sourceMap: false,
        incremental: false,
        tsBuildInfoFile: null,
      },
      include: ['src/**/*.ts'],
    };
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify(configuration));
    const child = spawn(process.execPath, [compiler, '-p', this.folder, '--pretty', 'false'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`the copy does not compile:\n${output}`);
    await cp(join(this.folder, 'src', 'views'), join(this.folder, 'dist', 'views'), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
