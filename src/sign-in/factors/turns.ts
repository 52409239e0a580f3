import pLimit, { type LimitFunction } from 'p-limit';
import { BusyError } from '../../crypto/busy-error.js';

/** Those that wait for the same one; more are asked to come back. */
const maxWaiting = 5;
const retryAfterSeconds = 2;

interface Line {
  readonly limit: LimitFunction;
  /** Those in it, at work or waiting. */
  length: number;
}

/** Does work of one kind for each key one after the other, in this process. */
export class Turns {
  private readonly lines = new Map<string, Line>();

  /** @throws BusyError if too many wait */
  async take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.lines.get(key) ?? { limit: pLimit(1), length: 0 };
    if (line.length > maxWaiting) throw new BusyError(retryAfterSeconds);
    this.lines.set(key, line);
    line.length += 1;
    try {
      return await line.limit(work);
    } finally {
      line.length -= 1;
      if (line.length === 0) this.lines.delete(key);
    }
  }
}
