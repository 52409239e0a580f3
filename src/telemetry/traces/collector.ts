import type { ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** A batch that the collector has not taken by then is dropped. */
const timeoutMilliseconds = 5_000;
const warningIntervalMilliseconds = 60_000;

/** Sends spans to a collector. While that fails, it says so once a minute. */
export class Collector implements SpanExporter {
  private readonly exporter: SpanExporter;
  private warnedAt = -Infinity;
  private lost = 0;

  /** @param now the time by a monotonic clock, in milliseconds */
  constructor(
    private readonly url: string,
    headers: Readonly<Record<string, string>>,
    private readonly warn: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.exporter = new OTLPTraceExporter({
      url: `${url}/v1/traces`,
      headers,
      timeoutMillis: timeoutMilliseconds,
      concurrencyLimit: 4,
    });
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      if (result.error) this.noteLoss(spans.length, result.error);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private noteLoss(spans: number, { message }: Error): void {
    this.lost += spans;
    const now = this.now();
    if (now - this.warnedAt < warningIntervalMilliseconds) return;
    this.warn(`traces could not be sent to ${this.url} (${message}): ${this.lost} spans were dropped`);
    this.warnedAt = now;
    this.lost = 0;
  }
}
