import { AsyncLocalStorage } from 'node:async_hooks';
import pLimit from 'p-limit';
import type { Transaction } from './transaction.js';

/** A transaction under way that joins all that is read and written in its work. */
interface Joined {
  /** Undefined once it has ended, for what its work left running. */
  tx: Transaction | undefined;
  /** The parts that write, one by one. */
  readonly gate: ReturnType<typeof pLimit>;
}

/** One transaction around work that makes a transaction of its own for each of its writes, and reads in between what it wrote. */
export class JoinedTransaction {
  private readonly storage = new AsyncLocalStorage<Joined>();
  private running = 0;

  /** The transaction that the caller is part of, if any. */
  get current(): Transaction | undefined {
    return this.storage.getStore()?.tx;
  }

  /** Does the work as a part of the transaction. */
  async run<Result>(tx: Transaction, work: () => Promise<Result>): Promise<Result> {
    const joined: Joined = { tx, gate: pLimit(1) };
    this.running++;
    try {
      return await this.storage.run(joined, work);
    } finally {
      joined.tx = undefined;
      // Up to Node 22, a storage that is in use makes every promise of the process dearer.
      if (--this.running === 0) this.storage.disable();
    }
  }

  /** Does a write of the transaction when those before it have ended. */
  async inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const joined = this.storage.getStore();
    return joined ? joined.gate(write) : write();
  }
}
