import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import pLimit from 'p-limit';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Transactor, Work } from '../transaction.js';
import { connectionWaitMilliseconds } from './limits.js';
import { BusyError, isBusy } from './sqlite-outage.js';

/** The time before the lock is asked for again, which grows with each attempt. */
const retryDelayMilliseconds = { first: 2, last: 50 };

/** Transactions hold the event loop for about this time at most, one after another. */
const maxHoldMilliseconds = 10;

/** The connection on which TypeORM writes. */
export function connectionOf(dataSource: DataSource): BetterSqlite3.Database {
  return (dataSource.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;
}

/**
 * SQLite has one connection for writing, on which a second BEGIN fails and a query of another request would join an open transaction:
 * all writes pass this gate one by one.
 */
export function gatedTransactor(writer: DataSource): Transactor {
  const gate = pLimit(1);
  let yieldedAt = performance.now();
  /** Statements run on the event loop: whoever writes in a loop would keep it from everything else. */
  const yieldAtTimes = async (): Promise<void> => {
    if (performance.now() - yieldedAt < maxHoldMilliseconds) return;
    await nextTurn();
    yieldedAt = performance.now();
  };
  return (work) => {
    const deadline = performance.now() + connectionWaitMilliseconds;
    return gate(async () => {
      await yieldAtTimes();
      return inTransaction(writer, work, deadline);
    });
  };
}

/**
 * BEGIN IMMEDIATE takes the write lock at once, so that another process waits instead of failing half-way.
 * @param deadline by `performance.now()`: until when the lock is waited for
 * @param stopping ends the waiting
 * @throws BusyError if it was not had by then; the reason of `stopping`
 */
export async function inTransaction<Result>(
  dataSource: DataSource,
  work: Work<Result>,
  deadline: number,
  stopping?: AbortSignal,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  await begin(runner, connectionOf(dataSource), deadline, stopping);
  try {
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // After a full disk, for instance, SQLite has rolled back by itself: its refusal of ROLLBACK must not hide the reason.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** @throws the reason of `stopping` once that is aborted, where Node's timer throws an error of its own */
async function pause(milliseconds: number, stopping?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal: stopping });
  } catch (error) {
    stopping?.throwIfAborted();
    throw error;
  }
}

/** Waits for the lock by a timer. SQLite's own waiting would hold up the event loop, and with it every other request. */
async function begin(
  runner: QueryRunner,
  connection: BetterSqlite3.Database,
  deadline: number,
  stopping?: AbortSignal,
): Promise<void> {
  let wait = retryDelayMilliseconds.first;
  for (;;) {
    if (performance.now() > deadline) throw new BusyError();
    try {
      // Left open only if ROLLBACK failed.
      if (connection.inTransaction) await runner.query('ROLLBACK');
      await runner.query('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      await pause(wait, stopping);
      wait = Math.min(wait * 2, retryDelayMilliseconds.last);
    }
  }
}
