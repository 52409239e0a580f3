import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ended, Environment } from './programs.js';

/**
 * `eyrie …` again and again in one process beside that of the server, as loading its modules takes most of the time of a
 * command. Specs about the process itself, how it starts and ends, use `eyrie()` of programs.ts.
 */
export class CommandLine {
  private readonly host: ChildProcess = fork(join(import.meta.dirname, 'command-host.mjs'), {
    execArgv: [],
    env: { PATH: process.env.PATH },
  });

  /** Runs one command; one at a time. */
  async run(commandLine: readonly string[], environment: Environment, input = ''): Promise<Ended> {
    this.host.send({ commandLine, environment, input });
    const ended = new AbortController();
    try {
      const [answer] = (await Promise.race([
        once(this.host, 'message', ended),
        once(this.host, 'exit', ended).then(() => Promise.reject(new Error('the process of commands ended'))),
      ])) as [Ended];
      return answer;
    } finally {
      ended.abort();
    }
  }

  async end(): Promise<void> {
    if (this.host.exitCode !== null) return;
    this.host.kill();
    await once(this.host, 'exit');
  }
}
