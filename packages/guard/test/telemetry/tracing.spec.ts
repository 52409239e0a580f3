import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Span, type SpanStatus, trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { Clock } from '../support/clock.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

interface Recorded {
  name: string;
  status?: SpanStatus;
  exception?: string;
  ended: boolean;
}

/** Keeps the names and outcomes of spans, as an SDK of OpenTelemetry would. */
class RecordingProvider implements TracerProvider {
  spans: Recorded[] = [];

  getTracer(): Tracer {
    return {
      startActiveSpan: (name: string, ...rest: unknown[]) => {
        const recorded: Recorded = { name, ended: false };
        this.spans.push(recorded);
        const span = {
          setStatus: (status: SpanStatus) => (recorded.status = status),
          recordException: (error: Error) => (recorded.exception = error.name),
          end: () => (recorded.ended = true),
        } as unknown as Span;
        return (rest.at(-1) as (span: Span) => unknown)(span);
      },
    } as unknown as Tracer;
  }
}

describe('the spans of the guard', () => {
  const provider = new RecordingProvider();
  let issuer: LocalIssuer;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    trace.setGlobalTracerProvider(provider);
  });

  beforeEach(() => {
    provider.spans = [];
  });

  afterAll(async () => {
    trace.disable();
    await issuer.close();
  });

  it('tell what waits for the issuer, and nothing of a token whose key is known', async () => {
    const verifier = verifierOf(issuer, new Clock());
    const token = await issuer.mint();
    await verifier.verify(token);
    expect(provider.spans).toEqual([
      { name: 'verify access token', ended: true },
      { name: 'fetch issuer metadata', ended: true },
      { name: 'fetch issuer keys', ended: true },
    ]);
    await verifier.verify(token);
    await verifier.verify(await issuer.mint());
    expect(provider.spans).toHaveLength(3);
  });

  it('of what failed have its error', async () => {
    const introspection = { clientId: 'contacts', clientSecret: 'secret' };
    const verifier = verifierOf(issuer, new Clock(), { introspection, audience: AUDIENCE });
    issuer.failing.set('/introspect', 500);
    await expect(verifier.verify('opaque')).rejects.toThrow('cannot be introspected');
    const failed = { ended: true, status: { code: 2, message: expect.any(String) } };
    expect(provider.spans).toMatchObject([
      { name: 'verify access token', exception: 'VerifierUnavailable', ...failed },
      { name: 'fetch issuer metadata', ended: true },
      { name: 'introspect access token', exception: 'IntrospectionFailure', ...failed },
    ]);
  });
});
