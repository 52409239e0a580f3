import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ended, Environment } from './programs.js';
import { testSecret } from './server.js';

/**
 * Programs that end by themselves, one after another in one process beside that of the server, as loading the modules takes most of
 * their time. Specs about the process itself, how it starts and ends, use programs.ts.
 */
export class ProgramHost {
  private readonly host: ChildProcess = fork(join(import.meta.dirname, 'hosted-programs.mjs'), {
    execArgv: [],
    env: { PATH: process.env.PATH },
  });

  /** Runs `eyrie …`; one program at a time. */
  eyrie(commandLine: readonly string[], environment: Environment, input = ''): Promise<Ended> {
    return this.run({ script: 'cli.js', commandLine, environment, input });
  }

  /** Runs a server that cannot start; one program at a time. */
  startInVain(environment: Environment): Promise<Ended> {
    const settings = { EYRIE_SECRET: testSecret, ...environment };
    return this.run({ script: 'main.js', commandLine: [], environment: settings, input: '' });
  }

  async end(): Promise<void> {
    if (this.host.exitCode !== null) return;
    this.host.kill();
    await once(this.host, 'exit');
  }

  private async run(program: Readonly<Record<string, unknown>>): Promise<Ended> {
    this.host.send(program);
    const ended = new AbortController();
    try {
      const [answer] = (await Promise.race([
        once(this.host, 'message', ended),
        once(this.host, 'exit', ended).then(() => Promise.reject(new Error('the process of programs ended'))),
      ])) as [Ended];
      return answer;
    } finally {
      ended.abort();
    }
  }
}
