import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './measure.mjs';

const STARTS = 5;
// V8 releases the memory of the start some ten seconds after the last request.
const IDLE_SECONDS = 20;
const START_BUDGET_MS = 1000;
const IDLE_BUDGET_MB = 110;

/**
 * The time from spawning to the first response, on a database that an earlier start has migrated, and the resident memory after twenty
 * idle seconds; beside them the bare limit, a service with nothing to do on the same libraries.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureStart(bench) {
  const eyrie = await starts(bench, 'eyrie');
  const reference = await starts(bench, 'reference');
  const bare = await starts(bench, 'bare-service');
  const columns = (textOf) => ({
    eyrie: eyrie && textOf(eyrie),
    reference: reference && textOf(reference),
    bare: bare && textOf(bare),
  });
  return [
    {
      title: 'start to first answer',
      ...columns(({ startMs }) => `${startMs.toFixed(0)} ms`),
      budget: `≤ ${START_BUDGET_MS} ms`,
      met: eyrie && eyrie.startMs <= START_BUDGET_MS,
    },
    {
      title: 'idle memory (RSS)',
      ...columns(({ idleMb }) => `${idleMb.toFixed(0)} MB`),
      budget: `≤ ${IDLE_BUDGET_MB} MB`,
      met: eyrie && eyrie.idleMb <= IDLE_BUDGET_MB,
    },
  ];
}

async function starts(bench, name) {
  if (!bench.options.servers.includes(name)) return undefined;
  bench.say(`measuring the start of ${name}`);
  const variant = `${name}-start`;
  await (await bench.launch(name, variant)).child.stop();
  const times = [];
  for (let run = 1; run < STARTS; run += 1) {
    const { child, startMs } = await bench.launch(name, variant);
    times.push(startMs);
    await child.stop();
  }
  const { child, startMs } = await bench.launch(name, variant);
  await sleep(IDLE_SECONDS * 1000);
  const idleMb = (await child.ask('memory')) / 2 ** 20;
  await child.stop();
  return { startMs: median([...times, startMs]), idleMb };
}
