import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ended, Environment } from './programs.js';

const root = join(import.meta.dirname, '..', '..');

/** The commands of a runbook below each of its headings, as they stand there. */
export function commandsOf(runbook: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  const parts = readFileSync(join(root, 'docs/runbooks', runbook), 'utf8').split(/^#+ (.*)$/m);
  for (let index = 1; index < parts.length; index += 2) {
    const blocks = [...(parts[index + 1] ?? '').matchAll(/^```sh\n([^]*?)^```$/gm)];
    if (blocks.length > 0)
      sections.set(
        parts[index] ?? '',
        blocks.map(([, block = '']) => block),
      );
  }
  return sections;
}

/** A folder in which the commands of runbooks run, with `eyrie` on the path. */
export class OperatorShell {
  readonly folder = mkdtempSync(join(tmpdir(), 'eyrie-runbook-'));

  constructor() {
    const eyrie = join(this.folder, 'eyrie');
    writeFileSync(eyrie, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist', 'cli.js')}' "$@"\n`);
    chmodSync(eyrie, 0o755);
  }

  /** Runs a block; it ends at the first command that fails. */
  async run(block: string, environment: Environment): Promise<Ended> {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', block], {
      cwd: this.folder,
      env: { ...environment, PATH: `${this.folder}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child, 'close');
    return { code: child.exitCode, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
