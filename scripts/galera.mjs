import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { ended, freePort, removeFolder } from './database-instance.mjs';

/** Of the Debian package. rsync, which copies the data of one node to another, does not write as root. */
const account = 'mysql';

const provider = {
  'gcache.size': '32M',
  // A node that has gone is missed within two seconds.
  'evs.keepalive_period': 'PT0.3S',
  'evs.suspect_timeout': 'PT2S',
  'evs.inactive_timeout': 'PT4S',
  'evs.install_timeout': 'PT4S',
};

/** Three nodes of MariaDB with Galera on loopback, whose data is kept in memory. */
export class GaleraCluster {
  #processes = new Map();
  #folder;
  #nodes;

  constructor(folder, nodes) {
    this.#folder = folder;
    this.#nodes = nodes;
  }

  /**
   * @returns {Promise<GaleraCluster>}
   * @throws {Error} with the log of the node that does not start
   */
  static async start() {
    const folder = await mkdtemp('/dev/shm/eyrie-galera-');
    const nodes = [];
    for (const name of ['a', 'b', 'c']) {
      const [port, groupPort] = [await freePort(), await freePort()];
      const transferPorts = [await freePort(), await freePort()];
      nodes.push({ name, folder: join(folder, name), port, groupPort, transferPorts });
      await mkdir(join(folder, name, 'data'), { recursive: true });
    }
    run('chown', '-R', account, folder);
    const [first, ...others] = nodes;
    run(
      'mariadb-install-db',
      '--no-defaults',
      '--skip-test-db',
      '--auth-root-authentication-method=normal',
      `--user=${account}`,
      `--datadir=${join(first.folder, 'data')}`,
    );
    const cluster = new GaleraCluster(folder, nodes);
    try {
      await cluster.#startNode(first, ['--wsrep-new-cluster']);
      // Each copies its data from one before it.
      for (const node of others) await cluster.#startNode(node);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /**
   * Runs a statement at a node.
   *
   * @param {number} node
   * @param {string} statement
   */
  async query(node, statement) {
    const connection = await createConnection({
      host: '127.0.0.1',
      port: this.#nodes[node].port,
      user: 'root',
    });
    const [rows] = await connection.query(statement).finally(() => connection.end());
    return rows;
  }

  /**
   * A value for `DATABASE_URL`, for a database that exists.
   *
   * @param {number} node
   * @param {string} database
   */
  url(node, database) {
    return `mysql://root@127.0.0.1:${this.#nodes[node].port}/${database}`;
  }

  /**
   * How many nodes a node is connected to, itself included.
   *
   * @param {number} node
   */
  async size(node) {
    const [row] = await this.query(node, "SHOW STATUS LIKE 'wsrep_cluster_size'");
    return Number(row?.Value);
  }

  /**
   * After SIGSTOP the others hear nothing of the node, until it gets SIGCONT.
   *
   * @param {number} node
   * @param {'SIGKILL' | 'SIGSTOP' | 'SIGCONT'} signal
   */
  signal(node, signal) {
    this.#processes.get(this.#nodes[node])?.kill(signal);
  }

  /**
   * Starts a node again that has ended. It copies its data from the third node, which nobody waits for.
   *
   * @param {number} node
   */
  async restartNode(node) {
    const [, , third] = this.#nodes;
    await ended(this.#processes.get(this.#nodes[node]), 'SIGKILL');
    await this.#startNode(this.#nodes[node], [`--wsrep-sst-donor=${third.name},`]);
  }

  async stop() {
    for (const process of this.#processes.values()) await ended(process, 'SIGKILL');
    removeFolder(this.#folder);
  }

  async #startNode(node, options = []) {
    const { folder, port, groupPort, transferPorts } = node;
    const peers = this.#nodes.map((peer) => `127.0.0.1:${peer.groupPort}`);
    const own = {
      ...provider,
      'gmcast.listen_addr': `tcp://127.0.0.1:${groupPort}`,
      'ist.recv_addr': `127.0.0.1:${transferPorts[0]}`,
    };
    const server = spawn(
      'mariadbd',
      [
        '--no-defaults',
        ...(process.getuid?.() === 0 ? [`--user=${account}`] : []),
        `--datadir=${join(folder, 'data')}`,
        `--socket=${join(folder, 'socket')}`,
        `--pid-file=${join(folder, 'pid')}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        '--skip-name-resolve',
        '--performance-schema=OFF',
        '--innodb-log-file-size=16M',
        '--innodb-flush-log-at-trx-commit=0',
        '--innodb-doublewrite=0',
        '--innodb-autoinc-lock-mode=2',
        '--binlog-format=ROW',
        '--wsrep-on=ON',
        '--wsrep-provider=/usr/lib/galera/libgalera_smm.so',
        `--wsrep-cluster-address=gcomm://${peers.join(',')}`,
        '--wsrep-node-address=127.0.0.1',
        `--wsrep-node-name=${node.name}`,
        '--wsrep-sst-method=rsync',
        `--wsrep-sst-receive-address=127.0.0.1:${transferPorts[1]}`,
        `--wsrep-provider-options=${Object.entries(own)
          .map(([name, value]) => `${name}=${value}`)
          .join(';')}`,
        ...options,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#processes.set(node, server);
    await synchronised(server);
  }
}

function run(command, ...options) {
  const { status, stdout, stderr } = spawnSync(command, options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
}

/** Resolves when the node serves, and rejects if it ends first. */
function synchronised(server) {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (log.includes('ready for connections') && log.includes('Synchronized with group')) resolve();
    });
    server
      .once('error', reject)
      .once('exit', () => reject(new Error(`the node ended: ${log.slice(-4_000)}`)));
  });
}
