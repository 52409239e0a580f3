// npm run bench -w packages/guard: what the guard costs a route whose callers repeat their token. The two routes take
// turns within one run; medians are compared.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const ROUNDS = 9;
const SECONDS = 2;
const ROUTES = ['open', 'guarded'];

const service = fork(fileURLToPath(new URL('service.mjs', import.meta.url)));
const [{ url, token }] = await once(service, 'message');

for (const route of ROUTES) await measure(route);
const results = { open: [], guarded: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  for (const route of ROUTES) results[route].push(await measure(route));
}
for (const route of ROUTES) {
  const { rate, cpu } = medians(results[route]);
  console.log(`${route.padEnd(8)} ${rate.toFixed(0).padStart(7)} req/s  ${cpu.toFixed(2)} µs CPU a request`);
}
const [open, guarded] = ROUTES.map((route) => medians(results[route]));
console.log(
  `throughput kept: ${percent(guarded.rate / open.rate)}, by CPU: ${percent(open.cpu / guarded.cpu)}`,
);
service.kill();

/** Requests a second, and microseconds of the service's CPU per request. */
async function measure(route) {
  const before = await cpuTime();
  const headers = { authorization: `Bearer ${token}` };
  const { requests, duration, non2xx } = await autocannon({
    url: `${url}/${route}`,
    connections: 20,
    duration: SECONDS,
    headers,
  });
  if (non2xx > 0) throw new Error(`${non2xx} answers of /${route} were refusals`);
  return { rate: requests.total / duration, cpu: ((await cpuTime()) - before) / requests.total };
}

async function cpuTime() {
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
  return `${(ratio * 100).toFixed(0)} %`;
}
