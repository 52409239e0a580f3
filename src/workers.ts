import cluster, { type Worker } from 'node:cluster';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Settings } from './config/settings.js';
import { closeWhatIsNotTaken } from './dealt-connections.js';
import { formatted } from './start-up-output.js';
import { answerForWorkers } from './telemetry/worker-metrics.js';

/** A worker that has lived this long is replaced at once. */
const longLifeMilliseconds = 10_000;
/** Before another worker takes the place of one that ended early; doubled for each further one in a row. */
const delayMilliseconds = { first: 500, last: 5_000 };

/**
 * Keeps workers alive: processes that serve the same port, among which this one deals out connections. A worker that dies is replaced. They
 * share the database alone, as replicas do.
 */
export class Workers {
  private hasServed = false;
  private isStopping = false;
  private earlyEnds = 0;
  /** Those that have ever served. */
  private listening = 0;
  private exitCode = 0;

  constructor(private readonly settings: Pick<Settings, 'workers' | 'production'>) {}

  /** Starts one, which migrates the database and says what is wrong, and the others once it serves. */
  start(): void {
    cluster.setupPrimary({ exec: fileURLToPath(new URL('./main.js', import.meta.url)), args: [] });
    answerForWorkers();
    this.startOne();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop(signal));
  }

  private startOne(): void {
    const worker = cluster.fork();
    const startedAt = performance.now();
    closeWhatIsNotTaken(worker);
    worker.once('listening', () => {
      this.listening += 1;
      if (this.listening === this.settings.workers) this.say('info', `${this.listening} workers serve`);
      if (this.hasServed || this.isStopping) return;
      this.hasServed = true;
      for (let count = 1; count < this.settings.workers; count++) this.startOne();
    });
    // It could not be started. Other errors are of what is sent to one that has just died, whose end is heard of as well.
    worker.on('error', () => {
      if (worker.process.pid === undefined) this.ended(worker, 1, null, 0);
    });
    worker.once('exit', (code: number | null, signal: string | null) =>
      this.ended(worker, code, signal, performance.now() - startedAt),
    );
  }

  private ended(
    { process: { pid } }: Worker,
    code: number | null,
    signal: string | null,
    lived: number,
  ): void {
    if (this.isStopping) {
      // One that had not begun to serve ends by the signal itself.
      this.exitCode ||= signal === 'SIGTERM' ? 0 : (code ?? 1);
      if (running().length === 0) process.exit(this.exitCode);
      return;
    }
    // It has said why it cannot start.
    if (!this.hasServed) process.exit(code || 1);
    this.earlyEnds = lived < longLifeMilliseconds ? this.earlyEnds + 1 : 0;
    const wait =
      this.earlyEnds === 0
        ? 0
        : Math.min(delayMilliseconds.first * 2 ** (this.earlyEnds - 1), delayMilliseconds.last);
    this.say('warn', `worker ${pid} ended (${signal ?? code}): another takes its place in ${wait / 1_000} s`);
    setTimeout(() => {
      if (!this.isStopping) this.startOne();
    }, wait);
  }

  /** Lets all workers end as a single process does. A second signal ends them at once. */
  private stop(signal: NodeJS.Signals): void {
    for (const worker of running()) worker.process.kill(this.isStopping ? 'SIGKILL' : 'SIGTERM');
    if (this.isStopping) process.exit(128 + constants.signals[signal]);
    if (running().length === 0) process.exit(0);
    this.isStopping = true;
  }

  private say(level: 'info' | 'warn', line: string): void {
    const stream = level === 'info' ? process.stdout : process.stderr;
    stream.write(formatted([line], level, this.settings.production));
  }
}

const running = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
