import { cpuRatio, measureInTurns } from './measure.mjs';

const BUDGET = 0.85;

/**
 * The throughput of a guarded route as a share of its throughput without the guard, with the same token in all requests. It is
 * measured per CPU second, because the load generator may be the slower side.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureGuardCost(bench) {
  bench.say('measuring the guard');
  const server = await bench.server('guarded');
  const contestants = [
    { name: 'open', server, operation: 'open_route' },
    { name: 'guarded', server, operation: 'guarded_route' },
  ];
  const { open, guarded } = await measureInTurns(bench.load, contestants, bench.options);
  const share = cpuRatio(open, guarded);
  return [
    {
      title: 'guarded route, share of unguarded',
      eyrie: `${(100 * share).toFixed(0)} %`,
      budget: `≥ ${100 * BUDGET} %`,
      met: share >= BUDGET,
      open,
      guarded,
    },
  ];
}
