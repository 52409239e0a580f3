import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const guard = join(import.meta.dirname, '..', '..');
const typescript = join(dirname(createRequire(import.meta.url).resolve('typescript')), 'tsc.js');

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A folder outside the repository, so that nothing of it is found there. */
export class Workplace {
  private constructor(readonly path: string) {}

  static async create(): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'eyrie-pack-')));
  }

  /** A folder within. */
  async folder(name: string): Promise<Workplace> {
    await mkdir(join(this.path, name), { recursive: true });
    return new Workplace(join(this.path, name));
  }

  write(name: string, content: unknown): Promise<void> {
    return writeFile(
      join(this.path, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }

  async run(program: string, ...commandLine: string[]): Promise<Ended> {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, commandLine, {
        cwd: this.path,
        // Not what the test run was started with: its npm settings and its options for Node.
        env: Object.fromEntries(
          Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/.test(name)),
        ),
      });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: typeof code === 'number' ? code : 1, output: stdout + stderr };
    }
  }

  /** @throws {Error} with what it printed, when it fails */
  async succeed(program: string, ...commandLine: string[]): Promise<string> {
    const { code, output } = await this.run(program, ...commandLine);
    if (code !== 0) throw new Error(`${program} ${commandLine.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /** Runs the TypeScript compiler of the repository. */
  tsc(...commandLine: string[]): Promise<Ended> {
    return this.run(process.execPath, typescript, ...commandLine);
  }

  /** Installs packages, and nothing that they would run. */
  async install(dependencies: Readonly<Record<string, string>>): Promise<void> {
    await this.write('package.json', { private: true, dependencies });
    await this.succeed('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline');
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

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
  for (const file of ['package.json', 'README.md', 'LICENSE']) {
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
