import type { Pool, PoolConnection } from 'mysql2';
import { type DataSource, QueryFailedError } from 'typeorm';
import type { SqlValue } from '../sql.js';
import type { Selector } from './dialect.js';
import { groupedReads, type Read } from './grouped-reads.js';
import { joined } from './mysql-pool.js';
import { NoConnectionError } from './no-connection-error.js';

/** Selects on a connection of the pool, past TypeORM, whose bookkeeping takes as long as the query. */
export const selector = (writer: DataSource): Selector => {
  return (sql, values) => onConnection(writer, (connection) => run(connection, sql, values));
};

/** Reads travel together as one text of several statements. */
export const groupedSelector = (writer: DataSource): Selector =>
  groupedReads((reads) => answer(writer, reads));

async function answer(writer: DataSource, reads: readonly Read[]): Promise<void> {
  const [first] = reads;
  try {
    if (reads.length === 1 && first) return first.resolve(await selector(writer)(first.sql, first.values));
    const results = await onConnection(writer, (connection) => run(connection, joined(connection, reads)));
    if (results.length !== reads.length)
      throw new Error(`${reads.length} reads had ${results.length} results`);
    reads.forEach(({ resolve }, index) => resolve(results[index] as unknown[]));
  } catch (error) {
    const isOfAll = error instanceof NoConnectionError || isFatal(error);
    if (reads.length === 1 || isOfAll) for (const { reject } of reads) reject(error);
    // One that fails by itself must not fail the others.
    else await Promise.all(reads.map((read) => answer(writer, [read])));
  }
}

/** Whether the connection is lost, or its time is over. */
const isFatal = (error: unknown): boolean =>
  (error as { readonly driverError?: { readonly fatal?: boolean } } | null)?.driverError?.fatal === true;

async function onConnection<Result>(
  writer: DataSource,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await acquire((writer.driver as unknown as { readonly pool: Pool }).pool);
  try {
    return await work(connection);
  } finally {
    connection.release();
  }
}

const acquire = (pool: Pool): Promise<PoolConnection> =>
  new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });

/** @throws QueryFailedError, as TypeORM does */
const run = (connection: PoolConnection, sql: string, values: SqlValue[] = []): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    connection.query(sql, values, (error, rows) =>
      error ? reject(new QueryFailedError(sql, values, error)) : resolve(rows as unknown[]),
    );
  });
