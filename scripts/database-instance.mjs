import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new temporary folder for the data of a database server, in memory where there is space: on a disk, it is slow to create tables. */
export function dataFolder(name) {
  return mkdtempSync(join(folderInMemory() ?? tmpdir(), `eyrie-${name}-`));
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Resolves when a server has written a text to its standard error, and rejects if it ends first. */
export function printed(server, text) {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr.setEncoding('utf8');
    server.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-4000);
      if (log.includes(text)) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`the database server ended at start: ${lastLines(log)}`)));
  });
}

/** Sends a signal. Resolves once the process has ended, at once if it had. */
export async function ended(server, signal) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}

export function lastLines(text) {
  return text.trim().split('\n').slice(-5).join('\n');
}

function folderInMemory() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 4 * 2 ** 30 ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}
