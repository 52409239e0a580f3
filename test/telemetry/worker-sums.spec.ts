import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Report, WorkerSums } from '../../src/telemetry/worker-sums.js';

/** A report of a worker that has counted and timed this many requests, and has as many connections. */
async function reportOf(requests: number): Promise<Report> {
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({ name: 'requests', help: 'Requests', labelNames: ['route'], registers });
  const times = new Histogram({ name: 'seconds', help: 'Times', buckets: [1], registers });
  new Gauge({ name: 'connections', help: 'Connections', registers }).set(requests);
  counter.inc({ route: '/token' }, requests);
  for (let i = 0; i < requests; i++) times.observe(0.5);
  return registry.getMetricsAsJSON();
}

describe('The metrics of workers', () => {
  let sums: WorkerSums;
  beforeEach(() => {
    sums = new WorkerSums((reports) => AggregatorRegistry.aggregate(reports));
  });
  const samples = async (): Promise<string[]> =>
    (await sums.read()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const counted = (requests: number, connections?: number): unknown =>
    expect.arrayContaining([
      `requests{route="/token"} ${requests}`,
      `seconds_bucket{le="1"} ${requests}`,
      `seconds_sum ${requests / 2}`,
      `seconds_count ${requests}`,
      ...(connections === undefined ? [] : [`connections ${connections}`]),
    ]);

  it('are none where no worker has reported', async () => {
    expect(await samples()).toEqual([]);
  });

  it('are added up, and each worker counts with its latest report', async () => {
    sums.keep(1, await reportOf(2));
    sums.keep(2, await reportOf(3));
    expect(await samples()).toEqual(counted(5, 5));
    sums.keep(1, await reportOf(4));
    expect(await samples()).toEqual(counted(7, 7));
  });

  it('of those that have ended still count, but for what they had at the time', async () => {
    sums.keep(1, await reportOf(2));
    sums.keep(2, await reportOf(3));
    sums.end(1);
    expect(await samples()).toEqual(counted(5, 3));
    sums.end(2);
    expect(await samples()).toEqual(counted(5));
    expect((await samples()).join()).not.toContain('connections');
    sums.keep(3, await reportOf(1));
    expect(await samples()).toEqual(counted(6, 1));
  });

  it('of one that ended before it reported, or that was noted already, change nothing', async () => {
    sums.keep(1, await reportOf(2));
    sums.end(7);
    sums.end(1);
    sums.end(1);
    expect(await samples()).toEqual(counted(2));
  });
});
