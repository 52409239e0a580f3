import pLimit from 'p-limit';
import { SignerAwayError } from '../signer-away.js';
import type { Cryptoki, Handle } from './cryptoki.js';

/** More than these would wait longer than clients do. */
const maxWaiting = 1_000;

/** Sessions of a token. A session does one thing at a time. */
export class SessionPool {
  private readonly idle: Handle[] = [];
  private readonly limit;

  constructor(
    private readonly open: (cryptoki: Cryptoki) => Handle,
    maxSessions: number,
  ) {
    this.limit = pLimit(maxSessions);
  }

  /** @throws SignerAwayError if too many wait already */
  async use<Result>(cryptoki: Cryptoki, work: (session: Handle) => Promise<Result>): Promise<Result> {
    if (this.limit.pendingCount >= maxWaiting) throw new SignerAwayError('too many signatures are waiting');
    return this.limit(async () => {
      const session = this.idle.pop() ?? this.open(cryptoki);
      try {
        const result = await work(session);
        this.idle.push(session);
        return result;
      } catch (error) {
        // What was begun in it would be in the way of what comes next.
        discard(cryptoki, session);
        throw error;
      }
    });
  }
}

function discard(cryptoki: Cryptoki, session: Handle): void {
  try {
    cryptoki.C_CloseSession(session);
  } catch {
    // It is closed already.
  }
}
