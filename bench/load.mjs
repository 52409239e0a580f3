/**
 * The load generator, which runs in its own process. For each message it runs one operation at one server for a while, with a fixed
 * number of workers. Each worker has its own keep-alive connection, and starts the next operation after the last response. Sessions,
 * tokens and refresh tokens are kept for later rounds.
 */
import { authorizeAsUser, RefusedStep } from './browser.mjs';
import { Connection } from './connection.mjs';
import { operations } from './operations.mjs';
import { authorizationRequest } from './requests.mjs';
import { clients, crowdSize, user } from './scenario.mjs';

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

/** Many people sign in at once. @returns {Promise<{ seconds: number, answers: Record<string, number> }>} how many got which answer */
async function storm({ origin, people }) {
  const start = performance.now();
  const outcomes = await Promise.all(Array.from({ length: people }, (_, number) => signIn(origin, number)));
  const counts = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return { seconds: (performance.now() - start) / 1_000, answers: counts };
}

async function signIn(origin, number) {
  const who = { username: `crowd-${number % crowdSize}`, password: user.password };
  try {
    await authorizeAsUser(origin, authorizationRequest(clients.jwt).target, who);
    return 'in';
  } catch (error) {
    if (!(error instanceof RefusedStep)) throw error;
    const { status } = error.response;
    return error.response.header('retry-after') ? `${status} with Retry-After` : String(status);
  }
}

const answers = { prepare: async (task) => void (await prepare(task)), drive, storm };

process.on('message', async ({ id, question, argument }) => {
  try {
    process.send({ id, result: await answers[question](argument) });
  } catch (error) {
    process.send({ id, error: `${argument.operation} at ${argument.origin}: ${error.message}` });
  }
});
