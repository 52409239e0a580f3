import { setTimeout as sleep } from 'node:timers/promises';
import { limitCpu, ticksOf, workersOf } from './cpu-share.mjs';
import { measureInTurns, median } from './measure.mjs';

const BUDGET = 0.7;
const OPERATIONS = ['client_credentials', 'introspection'];
const WORKERS = 2;
/** Of one core, for each worker: the rest of two cores is enough for the database and the load generator. */
const SHARE = 0.3;
const SETTLING_MILLISECONDS = 500;

/**
 * What a second worker adds (`EYRIE_WORKERS=2`). Load generator and database need cores of their own, so each worker gets a share of a core:
 * a small core, of which the second server has twice as many.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureWorkers(bench) {
  if (bench.options.database === 'sqlite')
    throw new Error('--only workers: SQLite has one writer, so add --database mysql or postgres');
  // As many connections for each worker as usual: the fewer requests come at once, the more each costs.
  const concurrency = WORKERS * bench.options.concurrency;
  const one = await bench.server('eyrie');
  const two = await bench.server('eyrie-workers');
  const limits = [];
  try {
    limits.push(limitCpu(await settled(one, 1), SHARE), limitCpu(await settled(two, WORKERS), SHARE));
    const rows = [];
    for (const operation of OPERATIONS) {
      bench.say(`measuring ${operation} with one worker and with two`);
      const contestants = [
        { name: 'one', server: one, operation },
        { name: 'two', server: two, operation },
      ];
      const results = await measureInTurns(bench.load, contestants, { ...bench.options, concurrency });
      const gain =
        median(
          results.two.rounds.map(
            ({ throughput }, round) => throughput / results.one.rounds[round].throughput,
          ),
        ) - 1;
      rows.push({
        title: `${operation}: a second worker, each with ${100 * SHARE} % of a core, adds`,
        eyrie: `${(100 * gain).toFixed(0)} %`,
        budget: `≥ ${100 * BUDGET} %`,
        met: gain >= BUDGET,
        throughput: { one: results.one.throughput, two: results.two.throughput },
      });
    }
    return rows;
  } finally {
    for (const lift of limits) lift();
  }
}

/** The workers of a server once all of them have started and have nothing to do. */
async function settled({ child }, count) {
  let used = NaN;
  for (;;) {
    const workers = workersOf(child.pid);
    const ticks = workers.map(ticksOf).reduce((sum, one) => sum + one);
    if (workers.length === count && ticks - used < count) return workers;
    used = ticks;
    await sleep(SETTLING_MILLISECONDS);
  }
}
