import cluster from 'node:cluster';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { PoolUse } from '../persistence/dialects/pool-use.js';
import { withinTime } from '../persistence/time-limit.js';
import { reportWhenAsked } from './worker-metrics.js';

/** The metrics, in Prometheus's terms. */
export interface Instruments {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly tokens: Counter<'grant_type'>;
  readonly signIns: Counter;
  readonly factorAttempts: Counter<'factor' | 'outcome'>;
  readonly errors: Counter<'route' | 'error'>;
  readonly lag: Gauge<'work'>;
  readonly revocations: Counter<'kind'>;
  readonly connections: Gauge<'state'>;
  readonly waiting: Gauge;
}

/** How long the oldest work of each kind has been waiting, in seconds. */
type Lag = Readonly<Record<string, number>>;

/** What is read when somebody asks. */
type ReadLag = () => Promise<Lag>;

/** What the gauges read when somebody asks. */
export interface Readings {
  readonly lag: ReadLag;
  /** How the connections to the database are used; undefined if it has no pool. */
  readonly pool: () => PoolUse | undefined;
}

/** A scrape waits no longer for the database. */
const maxLagMilliseconds = 2_000;

/** Most responses take less than a millisecond, a sign-in some 30 milliseconds. */
const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Interval at which the delay of the event loop is sampled: short enough for its percentiles, at next to no cost. */
const loopSampleMilliseconds = 100;

/**
 * Loads the Prometheus client, only when it is needed, and starts to measure the process. Each metric is one entry here, and has its place
 * on the dashboard (`deploy/grafana-dashboard.json`).
 */
export async function createInstruments({ lag: readLag, pool }: Readings): Promise<Instruments> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  if (cluster.isWorker) reportWhenAsked(registry);
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopSampleMilliseconds });
  return {
    registry,
    requests: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, by route template, method and status',
      labelNames: ['method', 'route', 'status'],
      buckets: bucketsSeconds,
      registers,
    }),
    tokens: new Counter({
      name: 'eyrie_token_responses_total',
      help: 'Successful answers of the token endpoint, by grant type',
      labelNames: ['grant_type'],
      registers,
    }),
    signIns: new Counter({ name: 'eyrie_sign_ins_total', help: 'People who signed in', registers }),
    factorAttempts: new Counter({
      name: 'eyrie_factor_attempts_total',
      help: 'Answers of people who sign in, by factor and outcome (success or failure)',
      labelNames: ['factor', 'outcome'],
      registers,
    }),
    errors: new Counter({
      name: 'eyrie_errors_total',
      help: 'Requests that ended in an error, by route template and error code, also where the response is a page or a redirect',
      labelNames: ['route', 'error'],
      registers,
    }),
    lag: new Gauge({
      name: 'eyrie_lag_seconds',
      // Each worker reads the same.
      aggregator: 'max',
      help: 'How long the oldest work of each kind has been waiting: deliveries, expired rows to be swept, events of the audit trail to be sealed',
      labelNames: ['work'],
      registers,
      async collect() {
        // Without the database, the other metrics tell what happens.
        const lag = await withinTime<Lag>(maxLagMilliseconds, readLag(), () => ({})).catch(() => ({}));
        this.reset();
        for (const [work, seconds] of Object.entries(lag)) this.set({ work }, seconds);
      },
    }),
    connections: new Gauge({
      name: 'eyrie_database_connections',
      help: 'Connections to the database server, by state (used or idle)',
      labelNames: ['state'],
      registers,
      collect() {
        const use = pool();
        if (!use) return;
        this.set({ state: 'used' }, use.used);
        this.set({ state: 'idle' }, use.idle);
      },
    }),
    waiting: new Gauge({
      name: 'eyrie_database_waiting_requests',
      help: 'Requests that wait for a connection to the database server',
      registers,
      collect() {
        this.set(pool()?.waiting ?? 0);
      },
    }),
    revocations: new Counter({
      name: 'eyrie_revocations_total',
      help: 'Revocations: of an access token, of a grant, of many grants at once, or of a grant whose code or refresh token was replayed',
      labelNames: ['kind'],
      registers,
    }),
  };
}
