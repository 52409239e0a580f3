import { createRequire } from 'node:module';
import type { Pool, PoolConnection, PoolOptions, QueryError } from 'mysql2';
import type { SqlValue } from '../sql.js';
import { connectionWaitMilliseconds, rowLockWaitSeconds, statementMilliseconds } from './limits.js';
import { NoConnectionError } from './no-connection-error.js';
import type { PoolUse } from './pool-use.js';
import { type Statement, Travellers } from './travellers.js';

/** With these errors the connection is of no more use: its answer may still come, or its server takes no writes. */
const endingCodes: ReadonlySet<string> = new Set([
  'PROTOCOL_SEQUENCE_TIMEOUT',
  // Read-only, such as a primary that has become a replica.
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
  // A node of Galera that has lost its cluster.
  'ER_UNKNOWN_COM_ERROR',
]);

/** What every session begins with, whatever the server's defaults are. A connection to a server that refuses is of no use. */
const rules = [
  // A backslash in a text escapes (the driver puts values into the text), what does not fit is refused, and a statement outside of a
  // transaction is committed.
  "SET SESSION autocommit = 1, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
  // Gaps between rows are held too.
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
];

/**
 * What a transaction or a query reads on one node of Galera holds what was committed on any other before, and a node never repeats a
 * statement by itself. Servers that know no Galera refuse this, or ignore it.
 */
const clusterReads = 'SET SESSION wsrep_sync_wait = 1, wsrep_retry_autocommit = 0';

/** What a server answers that knows no Galera is an error, or 0. */
const clusterQuestion = 'SELECT @@wsrep_on AS is_node';

/** The second is for a table whose columns are being changed. */
const sessionLimits = `SET SESSION innodb_lock_wait_timeout = ${rowLockWaitSeconds}, lock_wait_timeout = ${rowLockWaitSeconds}`;

type Callback = (error: QueryError | null, ...results: unknown[]) => void;
type Run = (sql: string, values: readonly SqlValue[] | undefined, done: Callback) => unknown;

/** The driver for TypeORM: mysql2, whose sessions have our rules. */
export const driver = { createPool };

/** The same for requests; by itself its pool lets them wait for a connection without end. */
export const limitedDriver = { createPool: createLimitedPool };

function createPool(options: PoolOptions): Pool {
  // Loaded only by those who use it.
  const mysql2 = createRequire(import.meta.url)('mysql2') as typeof import('mysql2');
  const pool = mysql2.createPool(options);
  pool.on('connection', (connection) => {
    for (const rule of rules) connection.query(rule, (error) => error && connection.destroy());
    connection.query(clusterReads, () => undefined);
  });
  return pool;
}

function createLimitedPool(options: PoolOptions): Pool {
  const pool = createPool(options);
  pool.on('connection', (connection) => {
    adapt(connection);
    connection.query(sessionLimits, () => undefined);
  });
  const acquire = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    let isWaiting = true;
    const answer = (error: NodeJS.ErrnoException | null, connection?: PoolConnection): void => {
      isWaiting = false;
      clearTimeout(timer);
      // The driver passes no connection beside an error.
      callback(error && new NoConnectionError(error), connection as PoolConnection);
    };
    const timer = setTimeout(
      () => answer(Object.assign(new Error('no connection within the time limit'), { code: 'ETIMEDOUT' })),
      connectionWaitMilliseconds,
    );
    acquire((error, connection) => {
      if (isWaiting) answer(error, connection);
      else if (!error) connection.release();
    });
  };
  return pool;
}

/**
 * Limits the time of every statement, sends what travels with it, and has the pool open another connection after a fault of this one.
 */
function adapt(connection: PoolConnection): void {
  const travellers = Travellers.of(connection);
  // On Galera, a conflict with another node ends a transaction between two of its statements. If they come as one text, MariaDB 10.11 may
  // go on with the rest of it outside of the transaction: there, each statement goes alone.
  let areJoined = false;
  connection.query(clusterQuestion, (_error: unknown, rows: unknown) => {
    const [row] = (rows ?? []) as readonly { readonly is_node: number }[];
    areJoined = (row?.is_node ?? 0) === 0;
  });
  const run = connection.query.bind(connection) as (sql: unknown, values: unknown, done: Callback) => unknown;
  const limited: Run = (sql, values, done) =>
    run({ sql, timeout: statementMilliseconds }, values, (error, ...results) => {
      if (error && (error.fatal || endingCodes.has(error.code))) connection.destroy();
      // A statement on a connection that is closed already fails without a code.
      if (error?.fatal) error.code ??= 'PROTOCOL_CONNECTION_LOST';
      done(error, ...results);
    });
  const query = (sql: string, given: SqlValue[] | Callback, callback?: Callback): unknown => {
    const [values, done] = callback ? [given as SqlValue[], callback] : [undefined, given as Callback];
    const sent = travellers.sentFor({ sql, values: values ?? [] });
    if (sent.length === 0) return done(null, {}, undefined);
    if (sent.length === 1) return limited(sql, values, done);
    if (!areJoined) return oneByOne(sent, limited, done);
    return limited(joined(connection, sent), undefined, (error, results, fields) => {
      if (error) done(error);
      else done(null, (results as unknown[]).at(-1), (fields as unknown[] | undefined)?.at(-1));
    });
  };
  connection.query = query as PoolConnection['query'];
}

/** Sends each statement once the one before it has succeeded. */
function oneByOne([first, ...others]: readonly Statement[], run: Run, done: Callback): void {
  if (!first) return;
  run(first.sql, first.values, (error, ...results) => {
    if (error || others.length === 0) done(error, ...results);
    else oneByOne(others, run, done);
  });
}

/** Statements as one text, each with its own values. */
export const joined = (
  connection: Pick<PoolConnection, 'format'>,
  statements: readonly Statement[],
): string => statements.map(({ sql, values }) => connection.format(sql, [...values])).join(';\n');

/** What mysql2 keeps of its pool. It has no public name for it. */
type PoolQueues = Readonly<
  Record<'_allConnections' | '_freeConnections' | '_connectionQueue', { readonly length: number }>
>;

export function mysqlPoolUse(pool: Pool): PoolUse {
  const {
    _allConnections: all,
    _freeConnections: free,
    _connectionQueue: waiters,
  } = pool as unknown as PoolQueues;
  return { used: all.length - free.length, idle: free.length, waiting: waiters.length };
}
