import type { FastifyInstance } from 'fastify';
import type { Changes } from '../audit/changes.js';
import type { AuditEventName } from '../audit/events.js';
import { createInstruments, type Instruments } from './instruments.js';

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

  /** Starts counting requests, tokens and audit events. */
  static async on(changes: Changes): Promise<Metrics> {
    const metrics = new Metrics(await createInstruments());
    changes.onRecorded = (event) => metrics.countEvent(event);
    return metrics;
  }

  tokenIssued(grantType: string): void {
    this.instruments?.tokens.inc({ grant_type: grantType });
  }

  /** Counted apart from the audit trail, which does not hold all failures. */
  signInFailed(): void {
    this.instruments?.signInFailures.inc();
  }

  /** Measures every response. The label is the route's template, since paths with ids have no bound. */
  watch(server: FastifyInstance): void {
    const requests = this.instruments?.requests;
    if (!requests) return;
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      requests.observe(
        { method: request.method, route, status: reply.statusCode },
        reply.elapsedTime / 1_000,
      );
      done();
    });
  }

  /** All metrics as text, with its media type; undefined if metrics are off. */
  async read(): Promise<{ readonly contentType: string; readonly text: string } | undefined> {
    const registry = this.instruments?.registry;
    return registry && { contentType: registry.contentType, text: await registry.metrics() };
  }

  private countEvent(event: AuditEventName): void {
    const kind = revocations[event];
    if (kind !== undefined) this.instruments?.revocations.inc({ kind });
  }
}
