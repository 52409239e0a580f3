import { setTimeout as delay } from 'node:timers/promises';
import { verify } from './invariants.mjs';
import { pickWeighted } from './random.mjs';
import { operations } from './load/operations.mjs';
import { sampleMetrics } from './metrics.mjs';
import { slopeOf } from './slope.mjs';
import { createClients, createWorld } from './world.mjs';

const share = 0.7;
const rampSeconds = { warmUp: 10, measured: 20 };
const samplingMilliseconds = 5_000;
/** The first part of the samples, in which caches fill and code is compiled. */
const warmUpShare = 0.2;
const verifiedSample = 2_000;

/**
 * Finds out how much the service can do, and then keeps it at 70 % of that for a long time.
 *
 * @param {object} options of the command line
 * @param {(line: string) => void} tell
 */
export async function runSoak(options, tell) {
  const world = await createWorld(options);
  const { watch, service } = world;
  try {
    watch.subject = 'soak';
    const clients = await createClients(world, options);
    await drive(clients, rampSeconds.warmUp);
    const capacity = (await drive(clients, rampSeconds.measured)) / rampSeconds.measured;
    const rate = capacity * share;
    tell(
      `capacity ${capacity.toFixed(0)} operations/s; ${options.minutes} minutes at ${rate.toFixed(0)} operations/s`,
    );
    const samples = [];
    const sampling = setInterval(() => {
      sampleMetrics(service, samples).catch((error) =>
        watch.violate('service', `no metrics: ${error.message}`),
      );
    }, samplingMilliseconds);
    const from = performance.now();
    const done = await drive(clients, options.minutes * 60, rate).finally(() => clearInterval(sampling));
    const seconds = (performance.now() - from) / 1_000;
    await verify({ ...world, clients, sample: verifiedSample });
    return {
      capacity,
      target: rate,
      achieved: done / seconds,
      replicas: service.replicas.map(({ name }) => summary(name, samples)),
      operations: Object.fromEntries(watch.counts),
      violationCount: watch.violationCount,
      violations: watch.violations,
      samples,
    };
  } finally {
    await world.close();
  }
}

/**
 * Lets the clients do one thing after another.
 *
 * @param {number} [rate] operations per second, of all together; as many as they can, if omitted
 * @returns {Promise<number>} how many they did
 */
async function drive(clients, seconds, rate = Infinity) {
  const from = performance.now();
  const until = from + seconds * 1_000;
  const interval = (clients.length / rate) * 1_000;
  let count = 0;
  await Promise.all(
    clients.map(async (client, index) => {
      let due = from + (interval * index) / clients.length;
      while (performance.now() < until) {
        const early = due - performance.now();
        if (early > 0) await delay(early);
        const operation = pickWeighted(client.random, operations);
        if (await client.perform(operation.name, () => operation.run(client))) count += 1;
        due += interval;
      }
    }),
  );
  return count;
}

/** What the samples of a replica after the warm-up say. */
function summary(name, samples) {
  const own = samples.filter(({ replica }) => replica === name);
  const settled = own.slice(Math.floor(own.length * warmUpShare));
  const points = (member) => settled.map((sample) => [sample.at / 3_600, sample[member]]);
  const lags = settled.map(({ lagP99 }) => lagP99).toSorted((a, b) => a - b);
  return {
    replica: name,
    residentMegabytes: settled.at(-1)?.residentMegabytes,
    residentSlope: slopeOf(points('residentMegabytes')),
    heapMegabytes: settled.at(-1)?.heapMegabytes,
    heapSlope: slopeOf(points('heapMegabytes')),
    lagMedian: lags[Math.floor(lags.length / 2)],
    lagMax: lags.at(-1),
  };
}
