import type { FastifyInstance } from 'fastify';
import type { AuditStore } from '../persistence/stores/audit.store.js';
import { createInstruments, type Instruments } from './instruments.js';

/** Which events of the audit trail revoke something, and what. */
const revocations: Readonly<Record<string, string>> = {
  'access_token.revoked': 'access_token',
  'grant.revoked': 'grant',
  'grants.revoked': 'grants',
  'code.replayed': 'replay',
  'refresh_token.reused': 'replay',
};

/** Counts what happens in this process, for operators; where `EYRIE_METRICS` is off it does nothing. */
export class Metrics {
  private constructor(private readonly instruments: Instruments | undefined) {}

  static off(): Metrics {
    return new Metrics(undefined);
  }

  /** Begins to count, what the audit trail is told included. */
  static async on(audit: AuditStore): Promise<Metrics> {
    const metrics = new Metrics(await createInstruments());
    audit.onRecorded = (event) => metrics.countEvent(event);
    return metrics;
  }

  tokenIssued(grantType: string): void {
    this.instruments?.tokens.inc({ grant_type: grantType });
  }

  /** Times every answer. The route is a template: addresses hold ids, of which there is no end. */
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

  /** All figures as text, and the media type that it has; undefined where nothing is counted. */
  async read(): Promise<{ readonly contentType: string; readonly text: string } | undefined> {
    const registry = this.instruments?.registry;
    return registry && { contentType: registry.contentType, text: await registry.metrics() };
  }

  private countEvent(event: string): void {
    if (event === 'sign_in.failed') this.instruments?.signInFailures.inc();
    const kind = revocations[event];
    if (kind !== undefined) this.instruments?.revocations.inc({ kind });
  }
}
