import type { Pool, PoolClient } from 'pg';
import { type DataSource, QueryFailedError } from 'typeorm';
import type { Selector } from './dialect.js';
import { groupedReads, type Read } from './grouped-reads.js';
import { inOneWrite } from './postgres-pool.js';

/** Selects on a connection of the pool, past TypeORM, whose bookkeeping takes as long as the query. */
export const selector = (writer: DataSource): Selector => {
  return (sql, values) =>
    new Promise((resolve, reject) => void answer(writer, [{ sql, values, resolve, reject }]));
};

/** Reads follow one another on the connection without waiting; each has an answer of its own. */
export const groupedSelector = (writer: DataSource): Selector =>
  groupedReads((reads) => answer(writer, reads));

async function answer(writer: DataSource, reads: readonly Read[]): Promise<void> {
  try {
    const { client, release } = await acquire((writer.driver as unknown as { readonly master: Pool }).master);
    let fault: Error | undefined;
    // A connection that is lost has an error of its own, beside those of its statements; without a listener it would end the process.
    const noteFault = (error: Error): void => void (fault = error);
    client.on('error', noteFault);
    await inOneWrite(client, () => reads.map((read) => answerOne(client, read)));
    client.off('error', noteFault);
    release(fault);
  } catch (error) {
    for (const { reject } of reads) reject(error);
  }
}

async function answerOne(client: PoolClient, { sql, values, resolve, reject }: Read): Promise<void> {
  try {
    const { rows } = await client.query(sql, values);
    resolve(rows as unknown[]);
  } catch (error) {
    reject(new QueryFailedError(sql, values, error as Error));
  }
}

const acquire = (pool: Pool): Promise<{ client: PoolClient; release: (error?: Error) => void }> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client, release) => (client ? resolve({ client, release }) : reject(error)));
  });
