import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const typescript = join(dirname(createRequire(import.meta.url).resolve('typescript')), 'tsc.js');

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A folder for packages and programs: outside the repository, unless told otherwise, so that nothing of it is found there. */
export class Workplace {
  private constructor(readonly path: string) {}

  static async create(parent = tmpdir()): Promise<Workplace> {
    await mkdir(parent, { recursive: true });
    return new Workplace(await mkdtemp(join(parent, 'eyrie-workplace-')));
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

  /** Whether packages can be downloaded here. */
  async reachesRegistry(): Promise<boolean> {
    return (await this.run('npm', 'view', 'publint', 'version')).code === 0;
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
