import cluster, { type Worker } from 'node:cluster';

/** For the answers of all workers. */
const waitMilliseconds = 6_000;
const ask = 'eyrie:metrics';

interface Question {
  readonly type: typeof ask;
  readonly id: number;
}

type Answer = Question & { readonly text?: string };

let lastId = 0;

/** In the process that looks after workers: answers a worker with the metrics of all of them, added up. */
export function answerForWorkers(): void {
  cluster.on('message', (worker: Worker, { type, id }: Question) => {
    if (type !== ask) return;
    const answer = (text?: string): void => {
      if (worker.isConnected()) worker.send({ type, id, text } satisfies Answer);
    };
    readAll().then(answer, () => answer());
  });
}

/**
 * In a worker: the metrics of all workers as text.
 * @returns undefined if one of them does not answer in time
 */
export function metricsOfAllWorkers(): Promise<string | undefined> {
  const question: Question = { type: ask, id: ++lastId };
  return new Promise((resolve) => {
    const done = (text: string | undefined): void => {
      clearTimeout(timer);
      process.off('message', listen);
      resolve(text);
    };
    const listen = (answer: Answer): void => {
      if (answer.type === ask && answer.id === question.id) done(answer.text);
    };
    const timer = setTimeout(() => done(undefined), waitMilliseconds);
    process.on('message', listen);
    process.send?.(question);
  });
}

async function readAll(): Promise<string> {
  // Loaded only where somebody reads metrics.
  const { AggregatorRegistry } = await import('prom-client');
  registry ??= new AggregatorRegistry();
  return registry.clusterMetrics();
}

let registry: { clusterMetrics(): Promise<string> } | undefined;
