import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Proxy } from '../proxy.mjs';
import { SmallDisk } from '../small-disk.mjs';

const maxStarts = 20;
const startPauseMilliseconds = 500;

/**
 * A private database server whose commits survive a crash, on a small disk of its own where the machine permits that. Each of two replicas
 * reaches it through a proxy; the second replica has two workers.
 *
 * @param {object} engine how this kind of server is started and asked
 */
export async function startBehindProxies({
  kind,
  folder,
  program,
  start,
  gentleSignal,
  create,
  setReadOnly,
}) {
  if (!program) throw new Error(`${kind} is not installed`);
  const disk = await SmallDisk.mount(folder);
  const place = join(disk?.path ?? folder, 'database');
  await mkdir(place);
  const proxies = [];
  let server;
  const stopNow = () => {
    server?.stop();
    disk?.unmount();
  };
  const stop = async () => {
    for (const proxy of proxies) await proxy.stop();
    stopNow();
  };
  try {
    server = await start(program, place);
    const url = await create(server.url);
    for (let replica = 0; replica < 2; replica += 1) proxies.push(await Proxy.before(url));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind,
    disk,
    proxies,
    urls: proxies.map((proxy) => proxy.url),
    own: [{}, { EYRIE_WORKERS: '2' }],
    stop,
    stopNow,
    /** Shuts it down in order. */
    shutDown: () => server.end(gentleSignal),
    isRunning: () => server.isRunning(),
    kill: () => server.end('SIGKILL'),
    /** What is left of a killed server may be in its way for a moment. */
    async restart() {
      for (let count = 1; ; count += 1) {
        try {
          return await server.restart();
        } catch (error) {
          if (count === maxStarts) throw error;
          await delay(startPauseMilliseconds);
        }
      }
    },
    setReadOnly: (isReadOnly) => setReadOnly(server.url, isReadOnly),
  };
}
