import cluster, { type Worker } from 'node:cluster';
import type { Registry } from 'prom-client';
import { type Report, WorkerSums } from './worker-sums.js';

/** For the reports of all workers. */
const reportMilliseconds = 5_000;
/** For the answer, which waits for them. */
const answerMilliseconds = 6_000;

/** A worker asks for the sum of all; the process that looks after workers asks each for its own. */
type Message =
  | { readonly type: 'eyrie:metrics:ask'; readonly id: number; readonly text?: string }
  | { readonly type: 'eyrie:metrics:report'; readonly id: number; readonly report?: Report };

let lastId = 0;

/** In a worker: reports the metrics of this process when it is asked to. */
export function reportWhenAsked(registry: Registry): void {
  process.on('message', ({ type, id }: Message) => {
    if (type !== 'eyrie:metrics:report') return;
    void registry
      .getMetricsAsJSON()
      .then((report) => process.send?.({ type, id, report } satisfies Message))
      // Its last report counts instead.
      .catch(() => undefined);
  });
}

/**
 * In a worker: the metrics of all workers as text.
 * @returns undefined if there is no answer in time
 */
export function metricsOfAllWorkers(): Promise<string | undefined> {
  const question: Message = { type: 'eyrie:metrics:ask', id: ++lastId };
  return new Promise((resolve) => {
    const done = (text: string | undefined): void => {
      clearTimeout(timer);
      process.off('message', listen);
      resolve(text);
    };
    const listen = (answer: Message): void => {
      if (answer.type === question.type && answer.id === question.id) done(answer.text);
    };
    const timer = setTimeout(() => done(undefined), answerMilliseconds);
    process.on('message', listen);
    process.send?.(question);
  });
}

/** In the process that looks after workers: answers a worker with the metrics of all of them, added up. */
export function answerForWorkers(): void {
  /** One that is starting would not answer. */
  const serving = new Map<number, Worker>();
  let sums: Promise<WorkerSums> | undefined;
  let reports: Promise<void> | undefined;

  const readAll = async (): Promise<string> => {
    const all = await (sums ??= loadSums());
    reports ??= askAll([...serving.values()], all).finally(() => (reports = undefined));
    await reports;
    return all.read();
  };
  cluster.on('message', (worker: Worker, { type, id }: Message) => {
    if (type !== 'eyrie:metrics:ask') return;
    const answer = (text?: string): void => {
      if (worker.isConnected()) worker.send({ type, id, text } satisfies Message);
    };
    readAll().then(answer, () => answer());
  });
  cluster.on('listening', (worker) => serving.set(worker.id, worker));
  cluster.on('exit', ({ id }) => {
    serving.delete(id);
    void sums?.then((all) => all.end(id));
  });
}

/** Loaded only where somebody reads metrics. */
async function loadSums(): Promise<WorkerSums> {
  const { AggregatorRegistry } = await import('prom-client');
  return new WorkerSums((reports) => AggregatorRegistry.aggregate(reports));
}

/** Keeps the report of each worker that answers in time. */
function askAll(workers: readonly Worker[], sums: WorkerSums): Promise<void> {
  const question: Message = { type: 'eyrie:metrics:report', id: ++lastId };
  const asked = workers.filter((worker) => worker.isConnected());
  const waiting = new Set(asked.map(({ id }) => id));
  return new Promise((resolve) => {
    const done = ({ id }: Worker): void => {
      if (waiting.delete(id) && waiting.size === 0) stop();
    };
    const listen = (worker: Worker, message: Message): void => {
      if (message.type !== question.type || message.id !== question.id) return;
      // One that has ended counts as it was.
      if (message.report && waiting.has(worker.id)) sums.keep(worker.id, message.report);
      done(worker);
    };
    const stop = (): void => {
      clearTimeout(timer);
      cluster.off('message', listen).off('exit', done);
      resolve();
    };
    const timer = setTimeout(stop, reportMilliseconds);
    cluster.on('message', listen).on('exit', done);
    for (const worker of asked) worker.send(question);
    if (asked.length === 0) stop();
  });
}
