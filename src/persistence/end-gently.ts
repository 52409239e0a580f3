import { constants } from 'node:os';

/**
 * Does work that a signal must not cut off. SIGTERM and SIGINT abort the signal that the work gets. The process then ends with exit code
 * 0 once the work has ended, whether it was complete or stopped. A second signal ends the process at once.
 * @throws whatever the work throws, except for the reason of its signal
 */
export async function endGently<Result>(work: (stopping: AbortSignal) => Promise<Result>): Promise<Result> {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) process.exit(128 + constants.signals[signal]);
    stopping.abort();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    const result = await work(stopping.signal);
    stopping.signal.throwIfAborted();
    return result;
  } catch (error) {
    if (error === stopping.signal.reason) process.exit(0);
    throw error;
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}
