import type { PoolConnection, QueryError } from 'mysql2';
import type { SqlValue } from '../sql.js';

type Callback = (error: QueryError | null, ...results: unknown[]) => void;

/** Sends a text to the server; its values take the places of its `?` marks. */
export type Send = (sql: string, values: readonly SqlValue[] | undefined, done: Callback) => unknown;

/** A statement that waits for the next one. */
interface Waiting {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const begin = 'START TRANSACTION';
const waitingOf = new WeakMap<object, Waiting[]>();

/**
 * Each statement is a round trip, and a transaction begins and ends with one more. So its beginning travels with its first statement,
 * and what is written by {@link writeLater} with the next, which may be COMMIT: several statements in one text, for which the
 * connection needs `multipleStatements`. The server runs none after one that failed.
 */
export function withTravellers(connection: PoolConnection, send: Send): Send {
  const waiting: Waiting[] = [];
  waitingOf.set(connection, waiting);
  return (sql, values, done) => {
    if (sql === begin) {
      waiting.push({ sql, values: [] });
      return done(null, {}, undefined);
    }
    const before = waiting.splice(0);
    const isUnbegun = before[0]?.sql === begin;
    if (before.length === 0) return send(sql, values, done);
    // Nothing was sent of the transaction, or is to be.
    if (isUnbegun && (sql === 'ROLLBACK' || (sql === 'COMMIT' && before.length === 1)))
      return done(null, {}, undefined);
    if (sql === 'ROLLBACK') return send(sql, values, done);
    return send(
      [...before.map((one) => one.sql), sql].join(';\n'),
      [...before.flatMap((one) => one.values), ...(values ?? [])],
      (error, results, fields) => {
        if (error) done(error);
        else done(null, (results as unknown[]).at(-1), (fields as unknown[] | undefined)?.at(-1));
      },
    );
  };
}

/** Has a write travel with the next statement of the connection's transaction, which fails with the error of the write if that fails. */
export function writeLater(connection: object, sql: string, values: readonly SqlValue[]): void {
  waitingOf.get(connection)?.push({ sql, values });
}

/** Whether writes wait, whose errors the next statement would be blamed for. */
export function hasWaitingWrites(connection: object): boolean {
  return waitingOf.get(connection)?.some(({ sql }) => sql !== begin) ?? false;
}
