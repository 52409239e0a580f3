import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import type { Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import type { SqlValue } from '../sql.js';
import { maxWaiting, rowLockWaitSeconds, statementMilliseconds } from './limits.js';
import { NoConnectionError } from './no-connection-error.js';
import type { PoolUse } from './pool-use.js';
import { preparedTexts } from './prepared-text.js';
import { type Statement, Travellers } from './travellers.js';

let loaded: typeof import('pg') | undefined;

/** Loaded only by those who use it. */
const driver = (): typeof import('pg') =>
  (loaded ??= createRequire(import.meta.url)('pg') as typeof import('pg'));

/** Further than the server's own limit: the server says more. */
const silenceMilliseconds = statementMilliseconds + 500;

/** The limits of a connection that serves requests. */
export const requestLimits: PoolConfig = {
  statement_timeout: statementMilliseconds,
  query_timeout: silenceMilliseconds,
  lock_timeout: rowLockWaitSeconds * 1_000,
};

/** The types whose values come as numbers, as SQLite gives them, far below 2^53: int8 and numeric, which sums of int8 have. */
const numbers: ReadonlySet<number> = new Set([20, 1700]);

type Oid = Parameters<typeof import('pg').types.getTypeParser>[0];

/** How values are read. */
export const types: PoolConfig['types'] = {
  getTypeParser: ((oid: Oid, format: 'text') =>
    numbers.has(oid) ? Number : driver().types.getTypeParser(oid, format)) as never,
};

/** With these errors the connection is of no more use: its answer may still come, or its server takes no writes. */
const endingCodes: ReadonlySet<string> = new Set([
  'QUERY_TIMEOUT',
  '25006',
  // The server ends it: an administrator, a crash of another session, a start under way.
  '57P01',
  '57P02',
  '57P03',
]);

const preparedText = preparedTexts();

type Waiter = Parameters<Pool['connect']>[0];

/** The driver for TypeORM: pg, whose pool by itself lets any number of requests wait. */
export const postgresDriver = {
  get Pool() {
    const { Pool: Base } = driver();
    return class LimitedPool extends Base {
      constructor(config: PoolConfig) {
        super(config);
        this.on('connect', adapt);
      }

      // TypeORM calls it in this form alone.
      override connect(waiter?: Waiter): Promise<PoolClient> & void {
        const answer: Waiter = (error, client, release) =>
          waiter?.(error && new NoConnectionError(withCode(error)), client, release);
        if (this.waitingCount < maxWaiting) return super.connect(answer) as Promise<PoolClient> & void;
        return answer(new Error('too many requests wait'), undefined, () => undefined) as never;
      }
    };
  },
};

/** Has a connection take `?` marks, and any text, and send what travels with a statement; after a fault of it the pool opens another. */
function adapt(client: PoolClient): void {
  const travellers = Travellers.of(client);
  const run = client.query.bind(client) as (query: QueryConfig) => Promise<QueryResult>;
  const send = async ({ sql, values }: Statement): Promise<QueryResult> => {
    try {
      // Such as BEGIN, and the DDL of migrations.
      if (values.length === 0) return await run({ text: sql });
      return await run({ ...preparedText(sql), values: values.map(storable) });
    } catch (error) {
      const { code = '' } = withCode(error as NodeJS.ErrnoException);
      if (endingCodes.has(code)) end(client);
      throw error;
    }
  };
  const query = async (sql: string, values: readonly SqlValue[] = []): Promise<QueryResult> => {
    const sent = travellers.sentFor({ sql, values });
    const [only] = sent;
    if (!only) return nothing;
    if (sent.length === 1) return send(only);
    const results = await inOneWrite(client, () => sent.map(send));
    return results.at(-1) ?? nothing;
  };
  client.query = query as PoolClient['query'];
}

/** The answer to a statement that is not sent. */
const nothing = { command: '', rowCount: 0, rows: [], fields: [], oid: 0 } as QueryResult;

/** Sends statements in one packet, none of which waits for the answer to another; the error is that of the first that fails. */
export function inOneWrite<Result>(client: PoolClient, begin: () => Promise<Result>[]): Promise<Result[]> {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  stream.cork();
  const answers = begin();
  stream.uncork();
  return Promise.all(answers);
}

/** No text of PostgreSQL has a NUL: the character that stands for what cannot be shown takes its place. */
function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

function end(client: PoolClient): void {
  (client as unknown as { end(done: () => void): void }).end(() => undefined);
}

/** Errors of the driver itself have no code. */
function withCode<Failure extends NodeJS.ErrnoException>(error: Failure): Failure {
  const { message } = error;
  if (message === 'Query read timeout') error.code ??= 'QUERY_TIMEOUT';
  if (message === 'The server does not support SSL connections') error.code ??= 'NO_TLS';
  if (/^timeout exceeded|connection timeout$/.test(message)) error.code ??= 'ETIMEDOUT';
  if (/^Connection terminated|not queryable$/.test(message)) error.code ??= 'CONNECTION_LOST';
  return error;
}

export const postgresPoolUse = ({ totalCount, idleCount, waitingCount }: Pool): PoolUse => ({
  used: totalCount - idleCount,
  idle: idleCount,
  waiting: waitingCount,
});
