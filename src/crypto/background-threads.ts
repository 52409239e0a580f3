import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { Piscina } from 'piscina';
import { BusyError } from './busy-error.js';

/** Threads end when they had nothing to do for this time. */
const idleMilliseconds = 60_000;
/** What takes longer has met a fault of its thread. */
const maxWorkMilliseconds = 30_000;
const retryAfterSeconds = 5;
/** How much lower their priority is. It is that of a thread on Linux alone: elsewhere it would be that of the process. */
const niceIncrement = process.platform === 'linux' ? 10 : 0;

/** Work for a thread: what it does by its name, and with what. */
type Run = <Result>(work: unknown, name?: string) => Promise<Result>;

/**
 * Threads for work that takes long on the CPU. They begin with the first of it, do not keep the process alive, and give way to the event
 * loop and to signatures where the cores are busy.
 * @param file of a module beside the caller that exports what the threads do, the default if it is not named
 * @param maxThreads how many work at once
 * @param maxMilliseconds what one piece of work may take, with its wait for a thread
 * @returns a function that rejects with what the work throws, and with BusyError if its thread is lost
 */
export function backgroundThreads(file: URL, maxThreads: number, maxMilliseconds = maxWorkMilliseconds): Run {
  const threads = new Piscina({
    filename: fileURLToPath(file),
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMilliseconds,
    niceIncrement,
  });
  // A thread that cannot begin: its work is given up after its time.
  threads.on('error', ({ message }: Error) =>
    new Logger('BackgroundThreads').error(`a thread was lost: ${message}`),
  );
  return async (work, name) => {
    const signal = AbortSignal.timeout(maxMilliseconds);
    try {
      return (await threads.run(work, { signal, ...(name !== undefined && { name }) })) as never;
    } catch (error) {
      throw signal.aborted ? new BusyError(retryAfterSeconds) : error;
    }
  };
}
