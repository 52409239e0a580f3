import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../scripts/database-instance.mjs';
import { Replica } from './replica.mjs';
import { configuration, secretOfService } from './scenario.mjs';

const generous = '1000000';

/** The replicas of one issuer on one database. */
export class Service {
  constructor(issuer, replicas) {
    this.issuer = issuer;
    this.replicas = replicas;
  }

  /**
   * @param {object} options
   * @param {string} options.folder for logs and the applied file
   * @param {string[]} options.databaseUrls one for each replica
   * @param {number} options.people how many people it knows
   * @param {Record<string, string>} [options.settings] further settings
   * @param {Record<string, string>[]} [options.own] further settings of each replica
   */
  static async start({ folder, databaseUrls, people, settings = {}, own = [] }) {
    const applied = join(folder, 'eyrie.yaml');
    await writeFile(applied, configuration(people));
    const ports = [];
    for (const _ of databaseUrls) ports.push(await freePort());
    const issuer = `http://127.0.0.1:${ports[0]}`;
    const replicas = databaseUrls.map(
      (databaseUrl, index) =>
        new Replica({
          name: `replica-${index}`,
          port: ports[index],
          folder,
          environment: { ...environmentOf(issuer, databaseUrl, applied), ...settings, ...own[index] },
        }),
    );
    const service = new Service(issuer, replicas);
    try {
      // The lock of migrations is a Galera node's own.
      for (const replica of replicas) await replica.start();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** When the process ends by itself, which cannot wait. */
  stopNow() {
    for (const replica of this.replicas) replica.killNow();
  }

  async stop() {
    await Promise.all(this.replicas.map((replica) => replica.end('SIGKILL')));
  }
}

function environmentOf(issuer, databaseUrl, applied) {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    EYRIE_ISSUER: issuer,
    DATABASE_URL: databaseUrl,
    EYRIE_SECRET: secretOfService,
    EYRIE_ADMIN_PASSWORD: 'an administrator nobody signs in as',
    EYRIE_APPLY: applied,
    EYRIE_LOG_LEVEL: 'warn',
    EYRIE_METRICS: '127.0.0.1',
    EYRIE_SHUTDOWN_DELAY: '1',
    // Clocks may jump by half an hour, and nothing may end by that.
    EYRIE_ACCESS_TOKEN_TTL: '14400',
    EYRIE_ID_TOKEN_TTL: '14400',
    EYRIE_REFRESH_GRACE: '600',
    // The clients fail on purpose, all from one address.
    EYRIE_SIGN_IN_ATTEMPTS: '10000',
    EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS: generous,
    EYRIE_CLIENT_SECRET_ATTEMPTS: generous,
    EYRIE_ANONYMOUS_REQUESTS: generous,
  };
}
