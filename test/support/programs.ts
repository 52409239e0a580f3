import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { freePort, testSecret } from './server.js';

// Processes take their time on a busy machine.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '..', '..');

export type Environment = Readonly<Record<string, string>>;

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Which server runs, and under which Node.js. */
export interface Installation {
  /** The folder whose `dist` holds the server; this one, if omitted. */
  readonly home?: string;
  /** The path of the Node.js executable; the one that runs the tests, if omitted. */
  readonly node?: string;
  /** The words of the command line that serves; the server's own program, if omitted. */
  readonly commandLine?: readonly string[];
}

/** The built server or command line as a process of its own, with no setting but those given. */
class Program {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(
    script: string,
    commandLine: readonly string[],
    environment: Environment,
    { home = root, node = process.execPath }: Installation = {},
  ) {
    this.child = spawn(node, [join(home, 'dist', script), ...commandLine], {
      cwd: environment.cwd ?? home,
      env: { PATH: process.env.PATH, ...environment },
      stdio: 'pipe',
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = once(this.child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The ids of the processes that it has started. */
  get workers(): number[] {
    return spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)], { encoding: 'utf8' })
      .stdout.trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
  }

  /** Resolves once the text has been printed; rejects when the program ends before. */
  async printed(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      const ended = await Promise.race([
        once(this.child.stdout!, 'data').then(() => false),
        this.exited.then(() => true),
      ]);
      if (ended && !this.stdout.includes(text)) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
    }
  }

  async ended(): Promise<Ended> {
    await this.exited;
    return { code: this.child.exitCode ?? 128, stdout: this.stdout, stderr: this.stderr };
  }

  type(text: string): void {
    this.child.stdin?.end(text);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it if it still runs. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** A server in a process of its own that takes requests. */
export class ServerProcess extends Program {
  private constructor(
    readonly url: string,
    environment: Environment,
    installation?: Installation,
  ) {
    const { commandLine } = installation ?? {};
    super(commandLine ? 'cli.js' : 'main.js', commandLine ?? [], environment, installation);
  }

  /**
   * @param environment settings beside port, secret and issuer; without `DATABASE_URL` it must name one
   */
  static async start(environment: Environment, installation?: Installation): Promise<ServerProcess> {
    const port = environment.PORT ?? String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const server = new ServerProcess(
      url,
      {
        PORT: port,
        EYRIE_ISSUER: url,
        EYRIE_SECRET: testSecret,
        EYRIE_LOG_LEVEL: 'error',
        EYRIE_SHUTDOWN_DELAY: '0',
        ...environment,
      },
      installation,
    );
    await server.printed('Eyrie serves');
    return server;
  }
}

/** A server in a process of its own that may not take requests yet. */
export class StartingProcess extends Program {
  private constructor(
    readonly url: string,
    environment: Environment,
  ) {
    super('main.js', [], environment);
  }

  static async start(environment: Environment): Promise<StartingProcess> {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    return new StartingProcess(url, {
      PORT: port,
      EYRIE_ISSUER: url,
      EYRIE_SECRET: testSecret,
      EYRIE_LOG_LEVEL: 'error',
      ...environment,
    });
  }
}

/** Runs `eyrie …`. */
export function eyrie(
  commandLine: readonly string[],
  environment: Environment,
  input = '',
  installation?: Installation,
): Promise<Ended> {
  const program = new Program('cli.js', commandLine, environment, installation);
  program.type(input);
  return program.ended();
}
