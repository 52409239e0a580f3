import type { Counter, Histogram, Registry } from 'prom-client';

/** The metrics, in Prometheus's terms. */
export interface Instruments {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly tokens: Counter<'grant_type'>;
  readonly signInFailures: Counter;
  readonly revocations: Counter<'kind'>;
}

/** Most responses take less than a millisecond, a sign-in some 30 milliseconds. */
const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Interval at which the delay of the event loop is sampled: short enough for its percentiles, at next to no cost. */
const loopSampleMilliseconds = 100;

/** Loads the Prometheus client, only when it is needed, and starts to measure the process. */
export async function createInstruments(): Promise<Instruments> {
  const { collectDefaultMetrics, Counter, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
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
    signInFailures: new Counter({
      name: 'eyrie_sign_in_failures_total',
      help: 'Sign-ins with an unknown user or a wrong password',
      registers,
    }),
    revocations: new Counter({
      name: 'eyrie_revocations_total',
      help: 'Revocations: of an access token, of a grant, of many grants at once, or of a grant whose code or refresh token was replayed',
      labelNames: ['kind'],
      registers,
    }),
  };
}
