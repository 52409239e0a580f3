/** Long enough for the compiler to optimize the code of an operation. */
const WARM_UP_SECONDS = 3;

/** The middle value, or the mean of the two middle ones. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @typedef {object} Contestant an operation at a running server
 * @property {string} name the key of its result
 * @property {{ origin: string, child: import('./child.mjs').Child }} server
 * @property {string} operation
 */

/**
 * @typedef {object} Result medians over the rounds
 * @property {number} throughput operations per second
 * @property {number} cpu CPU time of the server, with all its threads, in milliseconds per operation
 * @property {{ throughput: number, cpu: number }[]} rounds
 */

/**
 * Measures contestants in turns (A, B, A, B, …), after a warm-up of each.
 *
 * @param {import('./child.mjs').Child} load
 * @param {Contestant[]} contestants
 * @param {{ rounds: number, seconds: number, concurrency: number }} options
 * @returns {Promise<Record<string, Result>>} by the contestant's name
 */
export async function measureInTurns(load, contestants, { rounds, seconds, concurrency }) {
  for (const { server, operation } of contestants) {
    const task = { origin: server.origin, operation, concurrency };
    await load.ask('prepare', task);
    await load.ask('drive', { ...task, seconds: WARM_UP_SECONDS });
  }
  const results = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, server, operation } of contestants) {
      const before = await server.child.ask('cpu');
      const task = { origin: server.origin, operation, concurrency, seconds };
      const { count, seconds: elapsed } = await load.ask('drive', task);
      const after = await server.child.ask('cpu');
      results.get(name).push({ throughput: count / elapsed, cpu: (after - before) / count });
    }
  }
  return Object.fromEntries([...results].map(([name, all]) => [name, summarize(all)]));
}

function summarize(rounds) {
  return {
    throughput: median(rounds.map(({ throughput }) => throughput)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    rounds,
  };
}

/**
 * The CPU of an operation divided by the CPU of `other`: the median of the ratios of the rounds. The rounds of both sides alternate, so
 * that other load on the machine affects both.
 *
 * @param {Result} one
 * @param {Result} other
 */
export function cpuRatio(one, other) {
  return median(one.rounds.map(({ cpu }, round) => cpu / other.rounds[round].cpu));
}
