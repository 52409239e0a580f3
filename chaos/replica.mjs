import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const main = join(import.meta.dirname, '..', 'dist', 'main.js');
const pollMilliseconds = 20;
const startLimitMilliseconds = 120_000;

/** One process of the built server (and its workers), which keeps its address when it is started again. */
export class Replica {
  #environment;
  #folder;
  #process;

  /** @param {{ name: string, port: number, folder: string, environment: Record<string, string> }} options */
  constructor({ name, port, folder, environment }) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.log = join(folder, `${name}.log`);
    this.#folder = folder;
    this.#environment = { ...environment, PORT: String(port) };
  }

  /** Resolves once it is ready. */
  async start() {
    const output = openSync(this.log, 'a');
    this.#process = spawn(process.execPath, [main], {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, ...this.#environment },
      stdio: ['ignore', output, output],
    });
    await this.ready();
  }

  /** Sends a signal. @returns {Promise<number | null>} resolves to the exit code once it has ended */
  async end(signal) {
    if (!this.isRunning) return this.#process?.exitCode ?? null;
    const exited = once(this.#process, 'exit');
    this.#process.kill(signal);
    const [code] = await exited;
    return code;
  }

  /** Ends it without waiting. */
  killNow() {
    this.#process?.kill('SIGKILL');
  }

  get isRunning() {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  get pid() {
    return this.#process.pid;
  }

  /** The process ids of its workers. */
  workers() {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)], { encoding: 'utf8' });
    return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
  }

  async ready() {
    const deadline = performance.now() + startLimitMilliseconds;
    while (this.isRunning && performance.now() < deadline) {
      if (await this.isReady()) return;
      await delay(pollMilliseconds);
    }
    throw new Error(`${this.name} is not ready; the end of its log:\n${this.endOfLog()}`);
  }

  async isReady() {
    try {
      const response = await fetch(`${this.url}/health/ready`, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  endOfLog() {
    return readFileSync(this.log, 'utf8').slice(-2_000);
  }
}
