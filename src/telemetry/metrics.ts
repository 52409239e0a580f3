import cluster from 'node:cluster';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Changes } from '../audit/changes.js';
import type { AuditEventName } from '../audit/events.js';
import type { ExplainedErrors } from '../audit/explained-errors.js';
import { metricsOfAllWorkers } from './worker-metrics.js';
import { createInstruments, type Instruments, type ReadLag } from './instruments.js';

/** The events that count as revocations, with their label `kind`. */
const revocations: Partial<Record<AuditEventName, string>> = {
  'access_token.revoked': 'access_token',
  'grant.revoked': 'grant',
  'grants.revoked': 'grants',
  'code.replayed': 'replay',
  'refresh_token.reused': 'replay',
};

/** Counts what happens in this process, for operators. Does nothing if `EYRIE_METRICS` is off. */
export class Metrics {
  private constructor(private readonly instruments: Instruments | undefined) {}

  static off(): Metrics {
    return new Metrics(undefined);
  }

  /** Starts counting requests, tokens, errors and audit events. */
  static async on(changes: Changes, errors: ExplainedErrors, readLag: ReadLag): Promise<Metrics> {
    const instruments = await createInstruments(readLag);
    const metrics = new Metrics(instruments);
    changes.onRecorded = (event) => metrics.countEvent(event);
    errors.onRecorded = ({ request }, { code }) =>
      instruments.errors.inc({ route: routeOf(request), error: code });
    return metrics;
  }

  tokenIssued(grantType: string): void {
    this.instruments?.tokens.inc({ grant_type: grantType });
  }

  /** Counted apart from the audit trail, which does not hold all failures. */
  factorTried(factor: string, outcome: 'success' | 'failure'): void {
    this.instruments?.factorAttempts.inc({ factor, outcome });
  }

  /** Measures every response. */
  watch(server: FastifyInstance): void {
    const requests = this.instruments?.requests;
    if (!requests) return;
    server.addHook('onResponse', (request, reply, done) => {
      requests.observe(
        { method: request.method, route: routeOf(request), status: reply.statusCode },
        reply.elapsedTime / 1_000,
      );
      done();
    });
  }

  /** All metrics as text, of all workers if there are several, with its media type; undefined if metrics are off. */
  async read(): Promise<{ readonly contentType: string; readonly text: string } | undefined> {
    const registry = this.instruments?.registry;
    if (!registry) return undefined;
    const text = cluster.isWorker ? await metricsOfAllWorkers() : undefined;
    return { contentType: registry.contentType, text: text ?? (await registry.metrics()) };
  }

  private countEvent(event: AuditEventName): void {
    if (event === 'session.opened') this.instruments?.signIns.inc();
    const kind = revocations[event];
    if (kind !== undefined) this.instruments?.revocations.inc({ kind });
  }
}

/** The template of the route: paths with ids have no bound. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';
