import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.mjs';

const POLL_MS = 5;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const LOG_TAIL = 2000;

/** A child process that answers questions over IPC: a measured server with its probe, or the load generator. */
export class Child {
  #process;
  #log;
  #waiting = new Map();
  #lastId = 0;

  /**
   * @param {object} options
   * @param {string} options.name for error messages and the log file
   * @param {string[]} options.args of node
   * @param {Record<string, string>} [options.env] added to a minimal environment
   * @param {string} options.directory working directory, also holds the log
   */
  constructor({ name, args, env, directory }) {
    this.name = name;
    this.#log = join(directory, `${name}.log`);
    const output = openSync(this.#log, 'a');
    this.#process = spawn(process.execPath, args, {
      cwd: directory,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', output, output, 'ipc'],
    });
    this.#process.on('message', ({ id, result, error }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    });
    this.#process.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(this.#endOfLog());
      this.#waiting.clear();
    });
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Asks the probe or the load generator. Rejects with the child's error, or if the child has ended. */
  ask(question, argument) {
    if (!this.running) return Promise.reject(this.#endOfLog());
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, question, argument });
    });
  }

  /** Resolves when the server answers 200. Rejects with the end of its log if it ends or takes a minute. */
  async waitUntilReady(origin, path) {
    const deadline = performance.now() + START_LIMIT_MS;
    while (this.running && performance.now() < deadline) {
      if ((await statusOf(origin, path)) === 200) return;
      await sleep(POLL_MS);
    }
    throw this.#endOfLog();
  }

  /** Stops the child with SIGTERM and, if that takes too long, with SIGKILL. */
  async stop() {
    if (!this.running) return;
    const ended = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT_MS);
    this.#process.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  #endOfLog() {
    const tail = readFileSync(this.#log, 'utf8').slice(-LOG_TAIL);
    return new Error(
      `${this.name} ${this.running ? 'does not answer' : 'has ended'}; the end of its log:\n${tail}`,
    );
  }
}

async function statusOf(origin, path) {
  const connection = new Connection(origin);
  try {
    return (await connection.request('GET', path)).status;
  } catch {
    return undefined;
  } finally {
    connection.close();
  }
}

/** A free port of the loopback interface. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
