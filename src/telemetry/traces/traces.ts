import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../config/settings.js';
import { startRecording, stopRecording } from '../../tracing/spans.js';
import { Collector } from './collector.js';
import { recordRequests } from './request-spans.js';
import { SpanRecorder } from './span-recorder.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** What waits for a collector that is slow or down; further spans are dropped. */
const maxWaitingSpans = 2_048;
const batchSize = 512;
const batchMilliseconds = 1_000;
const exportMilliseconds = 10_000;

/** The memory that one span may take. */
const spanLimits = {
  attributeValueLengthLimit: 2_000,
  attributeCountLimit: 32,
  eventCountLimit: 64,
  linkCountLimit: 4,
  attributePerEventCountLimit: 8,
  attributePerLinkCountLimit: 4,
};

/** What is left of the time in which the process has to stop. */
const stopMilliseconds = 1_500;

/** Records what this process does for each request, for an OpenTelemetry collector. */
export class Traces {
  private readonly provider: TracerProvider;
  private readonly recorder: SpanRecorder;
  private readonly requests: { readonly scheme: string; readonly callers: readonly string[] };

  constructor(
    collector: string,
    { issuer, traces: { headers, share, callers } }: Pick<Settings, 'issuer' | 'traces'>,
  ) {
    const logger = new Logger('Traces');
    const warn = (line: string): void => this.recorder.outside(() => logger.warn(line));
    this.provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({
          'service.name': 'eyrie',
          'service.version': version,
          'service.instance.id': randomUUID(),
        }),
      ),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
      spanLimits,
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new Collector(collector, headers, warn),
          maxQueueSize: maxWaitingSpans,
          maxExportBatchSize: batchSize,
          scheduledDelayMillis: batchMilliseconds,
          exportTimeoutMillis: exportMilliseconds,
        }),
      ],
    });
    this.recorder = new SpanRecorder(this.provider.getTracer('eyrie', version));
    this.requests = { scheme: new URL(issuer).protocol.slice(0, -1), callers };
    startRecording(this.recorder);
  }

  /** Members for each line of the log, which lead from it to its trace. */
  logMembers(): { readonly trace_id?: string; readonly span_id?: string } {
    const context = this.recorder.context;
    return context ? { trace_id: context.traceId, span_id: context.spanId } : {};
  }

  /** Records the requests to a server until it closes. What is recorded by then is sent, if the collector takes it in time. */
  watch(server: FastifyInstance): void {
    recordRequests(server, this.recorder, this.requests);
    server.addHook('onClose', () => this.stop());
  }

  private async stop(): Promise<void> {
    stopRecording(this.recorder);
    const isStopped = new AbortController();
    await Promise.race([
      this.provider.shutdown().catch(() => undefined),
      delay(stopMilliseconds, undefined, { ref: false, signal: isStopped.signal }).catch(() => undefined),
    ]);
    isStopped.abort();
  }
}
