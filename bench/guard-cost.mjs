import { cpuRatio, measureInTurns } from './measure.mjs';

const BUDGET = 0.85;

/** The services with the guard, by the number of issuers that they trust. */
const SERVICES = [
  { name: 'guarded', issuers: 'one issuer' },
  { name: 'guarded-200', issuers: '200 issuers' },
];

/**
 * The throughput of a guarded route as a share of its throughput without the guard, with the same token in all requests: with one
 * trusted issuer, and with many. It is measured per CPU second, because the load generator may be the slower side.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureGuardCost(bench) {
  bench.say('measuring the guard');
  const measured = SERVICES.filter(({ name }) => bench.options.servers.includes(name));
  const contestants = [];
  for (const { name } of measured) {
    const server = await bench.server(name);
    contestants.push({ name: `${name} open`, server, operation: 'open_route' });
    contestants.push({ name: `${name} guarded`, server, operation: 'guarded_route' });
  }
  const results = await measureInTurns(bench.load, contestants, bench.options);
  return measured.map(({ name, issuers }) => {
    const [open, guarded] = [results[`${name} open`], results[`${name} guarded`]];
    const share = cpuRatio(open, guarded);
    return {
      title: `guarded route, ${issuers}, share of unguarded`,
      eyrie: `${(100 * share).toFixed(0)} %`,
      budget: `≥ ${100 * BUDGET} %`,
      met: share >= BUDGET,
      open,
      guarded,
    };
  });
}
