import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, ended, freePort, lastLines, printed, removeFolder } from './database-instance.mjs';
import { findProgram } from './programs.mjs';

// The data of a test instance is deleted, so it need not survive a crash.
const withoutDurability = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--skip-log-bin'];

/** The path of a MariaDB or MySQL server on this machine; undefined if there is none. */
export function findDatabaseServer() {
  return findProgram(['mariadbd', 'mysqld']);
}

/**
 * Starts a private server in a temporary folder, on a free port of 127.0.0.1, as the current user.
 *
 * @param {string} server path of `mariadbd` or `mysqld`
 * @param {string[]} [options] further options of the server
 * @param {string} [folder] for its data, an empty one
 * @returns {Promise<{ url: string, stop: () => void, isRunning: () => boolean, end: (signal: NodeJS.Signals) => Promise<void>, restart: () =>
 *   Promise<void> }>} `url` names an account that may create databases; `stop` ends the server at once and removes its folder; `end` ends it,
 *   and `restart` starts it again on the same data and port
 */
export async function startDatabaseServer(server, options = [], folder = dataFolder('mariadb')) {
  const data = join(folder, 'data');
  const account = { name: 'eyrie', password: randomBytes(16).toString('hex') };
  const port = await freePort();
  // Both servers run as root only with this option.
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  const initialStatements = join(folder, 'accounts.sql');
  let running;

  const start = async () => {
    running = spawn(
      server,
      [
        '--no-defaults',
        `--datadir=${data}`,
        `--socket=${join(folder, 'socket')}`,
        `--pid-file=${join(folder, 'pid')}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--init-file=${initialStatements}`,
        '--skip-name-resolve',
        '--max-connections=400',
        '--performance-schema=OFF',
        ...withoutDurability,
        ...asUser,
        ...options,
      ],
      // It has its own process group: Ctrl-C reaches the tests, which then stop it.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    await printed(running, 'ready for connections');
  };

  const stop = () => {
    running?.kill('SIGKILL');
    removeFolder(folder);
  };

  try {
    createDataFolder(server, data, asUser);
    writeFileSync(initialStatements, createAccount(account), { mode: 0o600 });

    await start();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    url: `mysql://${account.name}:${account.password}@127.0.0.1:${port}`,
    stop,
    isRunning: () => running.exitCode === null && running.signalCode === null,
    end: (signal) => ended(running, signal),
    restart: start,
  };
}

function createDataFolder(server, data, asUser) {
  const isMariaDb = /mariadb/i.test(spawnSync(server, ['--version'], { encoding: 'utf8' }).stdout);
  const [command, ...options] = isMariaDb
    ? [findProgram(['mariadb-install-db', 'mysql_install_db']), '--no-defaults', '--skip-test-db']
    : [server, '--no-defaults', '--initialize-insecure'];
  if (!command) throw new Error('mariadbd is installed, but mariadb-install-db is missing');

  const created = spawnSync(command, [...options, `--datadir=${data}`, ...asUser, ...withoutDurability], {
    encoding: 'utf8',
  });
  if (created.status !== 0) {
    throw new Error(
      `${command} failed: ${created.error?.message ?? lastLines(created.stdout + created.stderr)}`,
    );
  }
}

function createAccount({ name, password }) {
  return [
    `CREATE USER IF NOT EXISTS '${name}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${name}'@'127.0.0.1' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}
