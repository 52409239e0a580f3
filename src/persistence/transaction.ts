import pLimit from 'p-limit';
import type { DataSource, EntityManager } from 'typeorm';

/** A transaction under way: what stores write with. Other rows pass it on and know nothing else of it. */
export type Transaction = EntityManager;

/** Writes of one transaction. Short: no signing, hashing or network inside. It may run twice, so it must not act outside of the database. */
export type Work<Result> = (tx: Transaction) => Promise<Result>;

/** Runs transactions on one kind of database. */
export type Transactor = <Result>(work: Work<Result>) => Promise<Result>;

/**
 * SQLite has one connection for writing, on which a second BEGIN fails and a stray query would join a stranger's transaction:
 * all writes pass this gate one by one. BEGIN IMMEDIATE takes the write lock at once, so that another process waits
 * instead of failing half-way.
 */
export function sqliteTransactor(dataSource: DataSource): Transactor {
  const gate = pLimit(1);
  return (work) =>
    gate(async () => {
      const runner = dataSource.createQueryRunner();
      await runner.query('BEGIN IMMEDIATE');
      try {
        const result = await work(runner.manager);
        await runner.query('COMMIT');
        return result;
      } catch (error) {
        await runner.query('ROLLBACK');
        throw error;
      }
    });
}

const mostTries = 5;

/** MySQL picks a victim of a deadlock and rolls it back; the victim tries again. */
export function mysqlTransactor(dataSource: DataSource): Transactor {
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await dataSource.transaction(work);
      } catch (error) {
        if (attempt >= mostTries || !isRolledBack(error)) throw error;
      }
    }
  };
}

/** SQLSTATE class 40, transaction rollback, or a lock wait that timed out. */
function isRolledBack(error: unknown): boolean {
  const { sqlState = '', code } =
    (error as { driverError?: { sqlState?: string; code?: string } }).driverError ?? {};
  return sqlState.startsWith('40') || code === 'ER_LOCK_WAIT_TIMEOUT';
}
