// The cost of guards for repeated requests with the same token. The routes are measured in turns within one run, and medians compared.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';

const ROUNDS = 9;
const SECONDS = 2;

/**
 * Prints the cost of each route of a service. The first route must be public.
 *
 * @param file the service. It sends its URL and a token when it listens, and its CPU time when asked
 */
export async function compareRoutes(file, routes) {
  const service = fork(file);
  const [{ url, token }] = await once(service, 'message');
  const turns = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const turn = [];
    for (const route of routes) turn.push(await measure(service, `${url}/${route}`, token));
    if (round > 0) turns.push(turn); // the first one warms up
  }
  service.kill();
  const results = routes.map((route, i) => ({ route, ...medians(turns.map((turn) => turn[i])) }));
  for (const { route, rate, cpu } of results) {
    console.log(
      `${route.padEnd(26)} ${rate.toFixed(0).padStart(7)} req/s ${percent(rate / results[0].rate)} ` +
        `${cpu.toFixed(1).padStart(8)} µs CPU a request`,
    );
  }
}

/** Requests per second, and microseconds of the service's CPU time per request. */
async function measure(service, url, token) {
  const before = await cpuTime(service);
  const headers = { authorization: `Bearer ${token}` };
  const { requests, duration, non2xx } = await autocannon({
    url,
    connections: 20,
    duration: SECONDS,
    headers,
  });
  if (non2xx > 0) throw new Error(`${non2xx} responses of ${url} were errors`);
  return { rate: requests.total / duration, cpu: ((await cpuTime(service)) - before) / requests.total };
}

async function cpuTime(service) {
  service.send('cpu');
  const [{ cpu }] = await once(service, 'message');
  return cpu.user + cpu.system;
}

function medians(measurements) {
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return {
    rate: middle(measurements.map(({ rate }) => rate)),
    cpu: middle(measurements.map(({ cpu }) => cpu)),
  };
}

function percent(ratio) {
  return `${(ratio * 100).toFixed(0).padStart(4)} %`;
}
