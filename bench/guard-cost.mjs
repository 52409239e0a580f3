import { cpuRatio, measureInTurns } from './measure.mjs';

const BUDGET = 0.85;

/**
 * What a guarded route keeps of the throughput that it has without the guard, the same token being presented again
 * and again. Taken per CPU second, because the load generator may be the slower end.
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
  const kept = cpuRatio(open, guarded);
  return [
    {
      title: 'guarded route, share of unguarded',
      eyrie: `${(100 * kept).toFixed(0)} %`,
      budget: `≥ ${100 * BUDGET} %`,
      met: kept >= BUDGET,
      open,
      guarded,
    },
  ];
}
