/** What a span says, under the names of OpenTelemetry's semantic conventions. Never a secret, a token, or anything about a person. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that begins: a part of the work on a request, with its time. */
export interface SpanStart {
  readonly name: string;
  readonly kind: 'internal' | 'client' | 'consumer';
  readonly attributes?: Attributes;
}

/** A span under way. */
export interface Span {
  set(attributes: Attributes): void;
  /** Notes that something happened at this moment. */
  note(name: string, attributes?: Attributes): void;
  /** Adds a span below this one, of work that has just ended and took this many milliseconds. */
  add(start: SpanStart, milliseconds: number): void;
  /** Marks the work as failed, by the kind of failure. */
  fail(type: string): void;
  /** The header by which another service continues the trace (W3C Trace Context §3.2). */
  readonly traceparent: string;
}

/** Work that a span times. It gets no span if nothing is recorded. */
export type TimedWork<Result> = (span?: Span) => Promise<Result>;

/** What records spans. A process has one if `EYRIE_TRACES` is set. */
export interface Recorder {
  /** The span that is active here, if it is recorded. */
  readonly active: Span | undefined;
  /** Does the work within a span below the active one, or without a span if none is active. */
  inSpan<Result>(start: SpanStart, work: TimedWork<Result>): Promise<Result>;
  /** Does the work within a span that begins a trace. */
  inTrace<Result>(start: SpanStart, work: TimedWork<Result>): Promise<Result>;
}

let recorder: Recorder | undefined;

/** Has spans of this process recorded from now on. */
export function startRecording(by: Recorder): void {
  recorder = by;
}

/** Ends that, unless another recorder has begun. */
export function stopRecording(by: Recorder): void {
  if (recorder === by) recorder = undefined;
}

/** Whether spans of this process are recorded. */
export const isRecording = (): boolean => recorder !== undefined;

export const activeSpan = (): Span | undefined => recorder?.active;

/** Does the work, timed as a part of the request that it belongs to. What belongs to none is not timed. */
export function inSpan<Result>(start: () => SpanStart, work: TimedWork<Result>): Promise<Result> {
  return recorder ? recorder.inSpan(start(), work) : work();
}

/** Does the work, timed by itself: for what no request waits for. */
export function inTrace<Result>(start: () => SpanStart, work: TimedWork<Result>): Promise<Result> {
  return recorder ? recorder.inTrace(start(), work) : work();
}
