import { setTimeout as pause } from 'node:timers/promises';
import { openEngine } from './engines.mjs';

/** Eyrie sweeps once a minute, for fifty seconds at most. */
const SWEEP_AFTER_SECONDS = 60;
const MEASURED_SECONDS = 15;
const MARGIN_SECONDS = 3;
/** Of the access tokens. */
const EXPIRED_SHARE = 1 / 10;

/** Lets a tenth of the access tokens expire, in the database of a server that is not running. */
export async function expireTokens(url) {
  const engine = await openEngine(url);
  const [{ tokens }] = await engine.run('SELECT COUNT(*) AS tokens FROM access_tokens');
  const last = engine.id(String(Math.floor(Number(tokens) * EXPIRED_SHARE)));
  await engine.run(`UPDATE access_tokens SET expires_at = 1 WHERE id <= ${last}`);
  // That of the process which ran before would keep this one from sweeping for some minutes.
  await engine.run("DELETE FROM leases WHERE name = 'sweep'");
  await engine.close();
}

/**
 * The 99th percentile of the time of a refresh while nothing is swept, and while expired rows are.
 *
 * @param {import('../bench.mjs').Bench} bench
 * @param {{ origin: string }} server that was started just now, on such a database
 * @param {string} url of the database
 * @returns {Promise<{ quiet: number, sweeping: number, swept: number }>} milliseconds, and the number of rows that were swept meanwhile
 */
export async function measureSweeping(bench, { origin }, url) {
  const startedAt = performance.now();
  const task = {
    origin,
    operation: 'refresh',
    concurrency: bench.options.concurrency,
    seconds: MEASURED_SECONDS,
  };
  await bench.load.ask('prepare', task);
  const expired = await countExpired(url);
  const quiet = await bench.load.ask('drive', task);
  const elapsed = (performance.now() - startedAt) / 1_000;
  if (elapsed > SWEEP_AFTER_SECONDS - MARGIN_SECONDS)
    throw new Error('the machine is too busy to measure sweeping');
  await pause(1_000 * (SWEEP_AFTER_SECONDS + MARGIN_SECONDS - elapsed));
  const sweeping = await bench.load.ask('drive', task);
  return { quiet: quiet.p99, sweeping: sweeping.p99, swept: expired - (await countExpired(url)) };
}

async function countExpired(url) {
  const engine = await openEngine(url);
  const [{ expired }] = await engine.run(
    'SELECT COUNT(*) AS expired FROM access_tokens WHERE expires_at = 1',
  );
  await engine.close();
  return Number(expired);
}
