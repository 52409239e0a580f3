import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataFolder, ended, freePort, lastLines, printed, removeFolder } from './database-instance.mjs';
import { findProgram } from './programs.mjs';

/** Debian keeps each release in a folder of its own. */
const versions = '/usr/lib/postgresql';

// The data of a test instance is deleted, so it need not survive a crash.
const withoutDurability = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** The path of a PostgreSQL server on this machine; undefined if there is none. */
export function findPostgres() {
  return findProgram(['postgres'], debianFolders());
}

/**
 * Starts a private server in a temporary folder, on a free port of 127.0.0.1, as the current user; as `nobody` for root, as which no
 * server starts.
 *
 * @param {string} server path of `postgres`
 * @param {string[]} [options] further settings of the server, such as `ssl=on`
 * @param {string} [folder] for its data, an empty one
 * @returns {Promise<{ url: string, stop: () => void, isRunning: () => boolean, end: (signal: NodeJS.Signals) => Promise<void>, restart: () =>
 *   Promise<void> }>} `url` names an account that may create databases; `stop` ends the server at once and removes its folder; `end` ends it,
 *   and `restart` starts it again on the same data and port
 */
export async function startPostgres(server, options = [], folder = dataFolder('postgres')) {
  const data = join(folder, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  const port = await freePort();
  const user = serverUser();
  let running;

  const start = async () => {
    running = spawn(
      server,
      [
        `-D${data}`,
        `-p${port}`,
        ...[
          'listen_addresses=127.0.0.1',
          `unix_socket_directories=${folder}`,
          'max_connections=400',
          ...withoutDurability,
          ...options,
        ].flatMap((setting) => ['-c', setting]),
      ],
      // It has its own process group: Ctrl-C reaches the tests, which then stop it.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true, cwd: folder, ...user },
    );
    await printed(running, 'ready to accept connections');
  };

  const stop = () => {
    running?.kill('SIGQUIT');
    removeFolder(folder);
  };

  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const path of [folder, passwordFile])
      if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
    createDataFolder(server, data, passwordFile, user);
    await start();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    url: `postgres://eyrie:${password}@127.0.0.1:${port}`,
    stop,
    isRunning: () => running.exitCode === null && running.signalCode === null,
    end: (signal) => ended(running, signal),
    restart: start,
  };
}

/** With the plainest locale: what the service compares and lower-cases must not depend on it. */
function createDataFolder(server, data, passwordFile, user) {
  const created = spawnSync(
    join(dirname(server), 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=eyrie',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { encoding: 'utf8', cwd: dirname(data), ...user },
  );
  if (created.status !== 0)
    throw new Error(`initdb failed: ${created.error?.message ?? lastLines(created.stdout + created.stderr)}`);
}

/** The user that the server runs as, where it is another: files that it reads must be that user's. */
export function serverUser() {
  if (process.getuid?.() !== 0) return {};
  const id = (option) => Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

/** The newest first. */
function debianFolders() {
  try {
    const newestFirst = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
    return newestFirst.map((version) => join(versions, version, 'bin'));
  } catch {
    return [];
  }
}
