import { diskFull, driverCodeOf } from './dialect.js';
import { busy, networkReasons, readOnly, silent, unreachable } from './network-outage.js';

/** By SQLSTATE (PostgreSQL's appendix A), or by a code of postgres-pool.ts. */
const reasons: Readonly<Record<string, string>> = {
  '25006': readOnly,
  '25P03': busy,
  // A statement whose preparation by the one before it has failed.
  '26000': busy,
  '53100': diskFull,
  '53200': busy,
  '53300': busy,
  '55P03': busy,
  '57014': busy,
  '57P01': unreachable,
  '57P02': unreachable,
  '57P03': unreachable,
  '57P05': unreachable,
  '58030': 'its disk fails',
  XX001: 'it is damaged',
  XX002: 'it is damaged',
  CONNECTION_LOST: unreachable,
  QUERY_TIMEOUT: silent,
  ...networkReasons,
};

/** By the class of a SQLSTATE: what a later attempt may find mended. */
const reasonsByClass: Readonly<Record<string, string>> = { '08': unreachable, '40': busy };

/** Why PostgreSQL cannot serve at present; undefined if the error is of another kind. */
export function postgresOutage(error: unknown): string | undefined {
  // TypeORM says so where the connection was lost between two statements of a transaction.
  if ((error as Error | null)?.name === 'QueryRunnerAlreadyReleasedError') return unreachable;
  const code = driverCodeOf(error);
  return reasons[code] ?? (code.length === 5 ? reasonsByClass[code.slice(0, 2)] : undefined);
}

/** Whether the transaction was rolled back and may succeed when it runs again: SQLSTATE class 40, or a lock wait that timed out. */
export function isRolledBack(error: unknown): boolean {
  const code = driverCodeOf(error);
  return /^40\w{3}$/.test(code) || code === '55P03';
}
