import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Rating, RatingRequest } from './password-rating.worker.js';

/** The dictionaries take 65 MB of memory. They are loaded when a password is rated, and dropped when none was for this time. */
const idleMilliseconds = 60_000;

const inTurn = pLimit(1);
let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;

/**
 * Rates a password by zxcvbn's dictionaries, on a thread of its own: loading them takes a second, a long password a fifth of one.
 * The thread does not keep the process alive.
 */
export async function ratePassword(request: RatingRequest): Promise<Rating> {
  return inTurn(async () => {
    clearTimeout(idle);
    const current = (worker ??= new Worker(new URL('password-rating.worker.js', import.meta.url)));
    current.ref();
    try {
      current.postMessage(request);
      const [rating] = (await once(current, 'message')) as [Rating];
      return rating;
    } catch (error) {
      worker = undefined;
      throw error;
    } finally {
      current.unref();
      idle = setTimeout(endWorker, idleMilliseconds).unref();
    }
  });
}

function endWorker(): void {
  void worker?.terminate();
  worker = undefined;
}
