import type { SqlValue } from '../sql.js';
import type { Selector } from './dialect.js';
import type { Statement } from './travellers.js';

/** So few that a server answers them in about the time of a round trip, and that a slow one keeps few others. */
const maxTogether = 8;

/** A SELECT that somebody waits for. */
export interface Read extends Statement {
  readonly values: SqlValue[];
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * SELECTs of one turn of the event loop are sent together: under load many requests share a round trip. They should take little time,
 * since they wait for one another.
 * @param send answers every read that it gets
 */
export function groupedReads(send: (reads: readonly Read[]) => Promise<void>): Selector {
  let gathered: Read[] = [];
  const sendAll = (): void => {
    const reads = gathered;
    gathered = [];
    for (let first = 0; first < reads.length; first += maxTogether)
      void send(reads.slice(first, first + maxTogether));
  };
  return (sql, values) =>
    new Promise((resolve, reject) => {
      if (gathered.push({ sql, values, resolve, reject }) === 1) setImmediate(sendAll);
    });
}
