import { diskFull, driverCodeOf } from './dialect.js';
import { busy, networkReasons, readOnly, silent, unreachable } from './network-outage.js';

const reasons: Readonly<Record<string, string>> = {
  ER_OPTION_PREVENTS_STATEMENT: readOnly,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: readOnly,
  ER_READ_ONLY_MODE: readOnly,
  // "WSREP has not yet prepared node for application use": a node of Galera without quorum, or not in sync.
  ER_UNKNOWN_COM_ERROR: 'its node is not in sync with its cluster',
  ER_DISK_FULL: diskFull,
  ER_RECORD_FILE_FULL: diskFull,
  ER_ERROR_ON_WRITE: diskFull,
  ER_LOCK_WAIT_TIMEOUT: busy,
  ER_LOCK_TABLE_FULL: busy,
  ER_OUTOFMEMORY: busy,
  ER_OUT_OF_RESOURCES: busy,
  ER_CON_COUNT_ERROR: busy,
  ER_TOO_MANY_USER_CONNECTIONS: busy,
  ER_USER_LIMIT_REACHED: busy,
  ER_QUERY_TIMEOUT: busy,
  PROTOCOL_SEQUENCE_TIMEOUT: silent,
  ER_ERROR_DURING_COMMIT: 'its cluster refused the commit',
  ER_SERVER_SHUTDOWN: unreachable,
  PROTOCOL_CONNECTION_LOST: unreachable,
  ...networkReasons,
};

/** By the class of a SQLSTATE: what a later attempt may find mended. */
const reasonsByClass: Readonly<Record<string, string>> = {
  '08': unreachable,
  '40': busy,
  // A statement that was interrupted, or a connection that was ended, by an administrator or a limit of the server.
  '70': busy,
};

/** Why MySQL cannot serve at present; undefined if the error is of another kind. */
export function mysqlOutage(error: unknown): string | undefined {
  const code = driverCodeOf(error);
  const sqlState = (error as { driverError?: { sqlState?: string } } | null)?.driverError?.sqlState ?? '';
  return reasons[code] ?? reasonsByClass[sqlState.slice(0, 2)];
}
