import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Link,
  ROOT_CONTEXT,
  type Span as SdkSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Attributes, Recorder, Span, SpanStart, TimedWork } from '../../tracing/spans.js';

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Where a trace comes from that this process did not begin. */
export interface Origin {
  /** The span of the caller, which goes on here. */
  readonly parent?: SpanContext;
  /** The span of a caller that may not decide what is recorded here. */
  readonly linked?: SpanContext;
}

/** Records spans with the tracer of an SDK. Which span is active follows the work through its promises. */
export class SpanRecorder implements Recorder {
  private readonly storage = new AsyncLocalStorage<RecordedSpan | undefined>();

  constructor(private readonly tracer: Tracer) {}

  /** A span that was not sampled is not recorded, and neither is what goes on after its span has ended. */
  get active(): RecordedSpan | undefined {
    const span = this.storage.getStore();
    return span?.sdk.isRecording() ? span : undefined;
  }

  /** The span of this place in the code, recorded or not. */
  get context(): SpanContext | undefined {
    return this.storage.getStore()?.sdk.spanContext();
  }

  async inSpan<Result>(start: SpanStart, work: TimedWork<Result>): Promise<Result> {
    const parent = this.active;
    return parent ? this.time(parent.below(start), work) : work();
  }

  async inTrace<Result>(start: SpanStart, work: TimedWork<Result>): Promise<Result> {
    return this.time(this.begin(start, kinds[start.kind], {}), work);
  }

  /** Begins a span for a request to this server, which is to be ended. */
  beginRequest(start: Omit<SpanStart, 'kind'>, origin: Origin): RecordedSpan {
    return this.begin(start, SpanKind.SERVER, origin);
  }

  /** Makes the span the active one of what is done, and of what follows from it. */
  within(span: RecordedSpan, work: () => void): void {
    this.storage.run(span, work);
  }

  /** Makes none active: for work of the recorder's own. */
  outside(work: () => void): void {
    this.storage.run(undefined, work);
  }

  private begin(
    { name, attributes }: Omit<SpanStart, 'kind'>,
    kind: SpanKind,
    { parent, linked }: Origin,
  ): RecordedSpan {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const links: Link[] = linked ? [{ context: linked }] : [];
    return new RecordedSpan(this.tracer, this.tracer.startSpan(name, { kind, attributes, links }, context));
  }

  private async time<Result>(span: RecordedSpan, work: TimedWork<Result>): Promise<Result> {
    try {
      return await this.storage.run(span, () => work(span));
    } catch (error) {
      span.fail(typeOf(error));
      throw error;
    } finally {
      span.end();
    }
  }
}

/** A span of the SDK, as the code of Eyrie sees it. */
export class RecordedSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    readonly sdk: SdkSpan,
  ) {}

  set(attributes: Attributes): void {
    this.sdk.setAttributes(attributes);
  }

  note(name: string, attributes?: Attributes): void {
    this.sdk.addEvent(name, attributes);
  }

  add(start: SpanStart, milliseconds: number): void {
    const end = Date.now();
    this.below(start, end - milliseconds).sdk.end(end);
  }

  fail(type: string): void {
    this.sdk.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.sdk.end();
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.sdk.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  below({ name, kind, attributes }: SpanStart, startTime?: number): RecordedSpan {
    const options = { kind: kinds[kind], attributes, startTime };
    return new RecordedSpan(
      this.tracer,
      this.tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, this.sdk)),
    );
  }
}

/** The code of an error, or its class. Its message may hold what somebody sent. */
function typeOf(error: unknown): string {
  const { driverError, code } = error as {
    readonly driverError?: { code?: unknown };
    readonly code?: unknown;
  };
  const known = driverError?.code ?? code;
  if (typeof known === 'string' && /^\w{1,64}$/.test(known)) return known;
  return error instanceof Error ? error.constructor.name : 'unknown';
}
