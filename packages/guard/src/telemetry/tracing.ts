import { createRequire } from 'node:module';

/** The part of `@opentelemetry/api` that is used here. */
interface TracingApi {
  readonly trace: { getTracer(name: string): Tracer };
  readonly SpanStatusCode: { readonly ERROR: number };
}

interface Tracer {
  startActiveSpan<T>(name: string, work: (span: Span) => T): T;
}

interface Span {
  recordException(error: Error): void;
  setStatus(status: { code: number; message?: string }): void;
  end(): void;
}

/** Loaded by the first work that is traced. */
let loaded: { readonly api: TracingApi | undefined } | undefined;

/**
 * Does work within a span of OpenTelemetry. Without `@opentelemetry/api`, it does the work alone. Only what waits for an issuer has a
 * span: a token that is known, or verified with a key that is known, has none.
 */
export function traced<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { api } = (loaded ??= { api: loadApi() });
  if (api === undefined) return work();
  // The tracer is asked for each time: it is that of the SDK only once the SDK has started.
  return api.trace.getTracer('@eyrie/guard').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

// It is an optional peer dependency: services that are traced have it, and its SDK. The rest of the API does nothing without the SDK.
function loadApi(): TracingApi | undefined {
  try {
    return createRequire(import.meta.url)('@opentelemetry/api') as TracingApi;
  } catch {
    return undefined;
  }
}
