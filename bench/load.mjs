/**
 * The load generator, which runs in its own process. For each message it runs one operation at one server for a while, with a fixed
 * number of workers. Each worker has its own keep-alive connection, and starts the next operation after the last response. Sessions,
 * tokens and refresh tokens are kept for later rounds.
 */
import { Connection } from './connection.mjs';
import { operations } from './operations.mjs';

const prepared = new Map();

async function prepare({ origin, operation, concurrency }) {
  const key = `${origin} ${operation}`;
  if (!prepared.has(key)) {
    const states = [];
    for (let worker = 0; worker < concurrency; worker += 1)
      states.push(await operations[operation].prepare(origin));
    prepared.set(key, states);
  }
  return prepared.get(key);
}

/**
 * @returns {Promise<{ count: number, seconds: number, p99: number }>} the number of operations, the elapsed time, and the milliseconds
 * within which 99 % of the operations ended
 */
async function drive({ origin, operation, seconds, concurrency }) {
  const { run } = operations[operation];
  const states = await prepare({ origin, operation, concurrency });
  const start = performance.now();
  const deadline = start + seconds * 1000;
  const spent = [];

  async function work(state) {
    const connection = new Connection(origin);
    try {
      while (performance.now() < deadline) {
        const begun = performance.now();
        await run(connection, state);
        spent.push(performance.now() - begun);
      }
    } finally {
      connection.close();
    }
  }

  await Promise.all(states.map(work));
  const elapsed = (performance.now() - start) / 1000;
  const p99 = spent.toSorted((a, b) => a - b)[Math.floor(spent.length * 0.99)];
  return { count: spent.length, seconds: elapsed, p99 };
}

const answers = { prepare: async (task) => void (await prepare(task)), drive };

process.on('message', async ({ id, question, argument }) => {
  try {
    process.send({ id, result: await answers[question](argument) });
  } catch (error) {
    process.send({ id, error: `${argument.operation} at ${argument.origin}: ${error.message}` });
  }
});
