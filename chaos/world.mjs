import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administrator } from './administrator.mjs';
import { databases } from './databases.mjs';
import { Ledger } from './ledger.mjs';
import { Line } from './line.mjs';
import { LoadClient } from './load-client.mjs';
import { seeded } from './random.mjs';
import { RelyingParty } from './relying-party.mjs';
import { usernameOf } from './scenario.mjs';
import { Service } from './service.mjs';
import { WallClock } from './wall-clock.mjs';
import { Watch } from './watch.mjs';

/**
 * A service on its own database, with nobody using it yet.
 *
 * @param {{ database: string, seed: number, clients: number, recoveryLimit: number, requestLimit: number, isBusy?: boolean, settings?: object }} options
 * @returns what faults, loads and invariants work with, and `close()`
 */
export async function createWorld({
  database: kind,
  seed,
  clients,
  recoveryLimit,
  requestLimit,
  isBusy,
  settings,
}) {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-chaos-'));
  // PostgreSQL runs as another user, whose folder is in it.
  await chmod(folder, 0o711);
  const opened = [];
  const endAtOnce = () => {
    for (const one of opened.toReversed()) one.stopNow();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  process.once('exit', endAtOnce);
  const close = async () => {
    process.off('exit', endAtOnce);
    for (const one of opened.toReversed()) await one.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const database = await databases[kind](folder);
    opened.push(database);
    const { urls, own = [{}] } = database;
    const wallClock = WallClock.find(folder);
    const service = await Service.start({
      folder,
      databaseUrls: urls,
      people: clients,
      settings,
      own: withClock(own, wallClock),
    });
    opened.push(service);
    const watch = new Watch({ recoveryLimit, isBusy });
    return {
      folder,
      database,
      service,
      wallClock,
      watch,
      ledger: new Ledger(),
      random: seeded(seed),
      requestLimit,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The clock of the first replica can be moved. */
function withClock([first, ...others], wallClock) {
  return [{ ...first, ...wallClock?.environment }, ...others];
}

/** The clients, each of which is a person of its own. */
export async function createClients(world, { clients, seed }) {
  const line = new Line({ ...world });
  const server = await RelyingParty.discover(line);
  const { body } = await new Administrator(line, server).call('GET', '/users?limit=200');
  return Array.from({ length: clients }, (_, index) => {
    const userId = body.items.find(({ username }) => username === usernameOf(index)).id;
    return new LoadClient({ index, seed, world, server, userId });
  });
}
