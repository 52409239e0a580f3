import { startLoad } from './servers.mjs';
import { crowdSize } from './scenario.mjs';

const P99_BUDGET = 5;
const QUIET_SECONDS = 5;
const HASH_MILLISECONDS = 22;
const HASHES_AT_ONCE = 2;

/**
 * Three hundred people behind one address sign in at once while clients ask for tokens: whether all get in, how long it takes, and the
 * 99th percentile of a token request meanwhile. Then more come than may wait in line.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureStorm(bench) {
  bench.say('three hundred people sign in at once');
  const { origin } = await bench.server('eyrie-crowd');
  const crowd = startLoad(bench.directory);
  try {
    const task = { origin, operation: 'client_credentials', concurrency: 4 };
    await bench.load.ask('drive', { ...task, seconds: QUIET_SECONDS });
    const quiet = await bench.load.ask('drive', { ...task, seconds: QUIET_SECONDS });
    const least = (crowdSize * HASH_MILLISECONDS) / HASHES_AT_ONCE / 1_000;
    const storm = crowd.ask('storm', { origin, operation: 'storm', people: crowdSize });
    const during = await bench.load.ask('drive', { ...task, seconds: least });
    const { seconds, answers } = await storm;
    const flood = await crowd.ask('storm', { origin, operation: 'storm', people: 3 * crowdSize });
    const ratio = during.p99 / quiet.p99;
    return [
      {
        title: `${crowdSize} people sign in at once, in ${seconds.toFixed(1)} s`,
        eyrie: told(answers),
        budget: 'all',
        met: answers.in === crowdSize,
      },
      {
        title: `token p99 meanwhile (${quiet.p99.toFixed(1)} → ${during.p99.toFixed(1)} ms)`,
        eyrie: `${ratio.toFixed(1)}×`,
        budget: `≤ ${P99_BUDGET}×`,
        met: ratio <= P99_BUDGET,
      },
      {
        title: `${3 * crowdSize} at once`,
        eyrie: told(flood.answers),
        budget: '503',
        met: Object.keys(flood.answers).every((answer) => ['in', '503 with Retry-After'].includes(answer)),
      },
    ];
  } finally {
    await crowd.stop();
  }
}

const told = (answers) =>
  Object.entries(answers)
    .map(([answer, count]) => `${count} ${answer}`)
    .join(', ');
