import type { Pool, PoolConnection } from 'mysql2';
import { type DataSource, QueryFailedError } from 'typeorm';
import type { SqlValue } from '../sql.js';
import type { Selector } from './dialect.js';
import { mysqlOutage } from './mysql-outage.js';
import { NoConnectionError } from './no-connection-error.js';

/** As many as a server answers in about the time of a round trip. */
const maxTogether = 16;

interface Read {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Selects on a connection of the pool, past TypeORM, whose bookkeeping takes as long as the query. */
export function selector(writer: DataSource): Selector {
  return (sql, values) => onConnection(writer, (connection) => run(connection, sql, values));
}

/**
 * Selects of one turn of the event loop travel together, as one text: under load many requests share a round trip. They should take
 * little time, since each waits for all.
 */
export function groupedSelector(writer: DataSource): Selector {
  let gathered: Read[] = [];
  const sendAll = (): void => {
    const reads = gathered;
    gathered = [];
    for (let first = 0; first < reads.length; first += maxTogether)
      void sendTogether(writer, reads.slice(first, first + maxTogether));
  };
  return (sql, values) =>
    new Promise((resolve, reject) => {
      if (gathered.push({ sql, values, resolve, reject }) === 1) setImmediate(sendAll);
    });
}

/** Answers each read; if one of several fails by itself, each is sent alone, so that it fails none of the others. */
async function sendTogether(writer: DataSource, reads: readonly Read[]): Promise<void> {
  try {
    const results = await onConnection(writer, (connection) =>
      run(
        connection,
        reads.map(({ sql }) => sql).join(';\n'),
        reads.flatMap(({ values }) => values),
      ),
    );
    reads.forEach(({ resolve }, index) =>
      resolve(reads.length === 1 ? results : (results[index] as unknown[])),
    );
  } catch (error) {
    if (reads.length === 1 || error instanceof NoConnectionError || mysqlOutage(error) !== undefined)
      for (const { reject } of reads) reject(error);
    else for (const read of reads) void sendTogether(writer, [read]);
  }
}

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
const run = (connection: PoolConnection, sql: string, values: readonly SqlValue[]): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    connection.query(sql, values as SqlValue[], (error, rows) =>
      error ? reject(new QueryFailedError(sql, [...values], error)) : resolve(rows as unknown[]),
    );
  });
