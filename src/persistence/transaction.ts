import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { retryMilliseconds } from './dialects/limits.js';

/** A transaction under way: what stores write with. Other rows pass it on and know nothing else of it. */
export type Transaction = EntityManager;

/** Writes of one transaction. Short: no signing, hashing or network inside. It may run twice, so it must not act outside of the database. */
export type Work<Result> = (tx: Transaction) => Promise<Result>;

/** Runs transactions on one kind of database. */
export type Transactor = <Result>(work: Work<Result>) => Promise<Result>;

const maxAttempts = 5;

/** Before the second attempt; doubled for each further one. It lets the transaction go on that the victim was in the way of. */
const retryDelayMilliseconds = 2;

/**
 * Runs transactions side by side, each on a connection of the pool. The database may pick a victim of a deadlock and roll it back; the
 * victim tries again.
 */
export function retryingTransactor(
  dataSource: DataSource,
  isRolledBack: (error: unknown) => boolean,
): Transactor {
  return async (work) => {
    const deadline = performance.now() + retryMilliseconds;
    for (let attempt = 1; ; attempt++) {
      try {
        return await dataSource.transaction(work);
      } catch (error) {
        if (attempt >= maxAttempts || performance.now() > deadline || !isRolledBack(error)) throw error;
        await delay(retryDelayMilliseconds * 2 ** (attempt - 1));
      }
    }
  };
}
