import { cpuRatio, measureInTurns } from './measure.mjs';
import { operations } from './operations.mjs';

/**
 * Measures the selected operations at Eyrie and at the reference in turns, and the bare limits alone.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @returns {Promise<object[]>} a row for each operation; the ratio is the CPU of the reference divided by that of Eyrie
 */
export async function compare(bench) {
  const rows = [];
  for (const [operation, { title, servers, budget }] of Object.entries(operations)) {
    const names = servers.filter((name) => bench.options.servers.includes(name));
    if (!bench.options.only.includes(operation) || names.length === 0) continue;
    bench.say(`measuring ${operation}`);
    const contestants = [];
    for (const name of names) contestants.push({ name, server: await bench.server(name), operation });
    const { eyrie, reference, bare } = await measureInTurns(bench.load, contestants, bench.options);
    const ratio = eyrie && reference ? cpuRatio(reference, eyrie) : undefined;
    const met = budget && ratio ? ratio >= budget : undefined;
    rows.push({ operation, title, eyrie, reference, bare, ratio, budget, met });
  }
  return rows;
}
