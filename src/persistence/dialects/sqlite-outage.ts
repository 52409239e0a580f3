import { diskFull, driverCodeOf } from './dialect.js';

/** The write lock, or its turn to write, was not had within the time limit. */
export class BusyError extends Error {
  readonly code = 'SQLITE_BUSY';

  constructor() {
    super('database is locked');
    this.name = 'BusyError';
  }
}

const locked = 'another program holds it locked, or it is busy';
const damaged = 'it is damaged';

/** By the first two words of the code: SQLITE_IOERR_WRITE is an SQLITE_IOERR. */
const reasons: Readonly<Record<string, string>> = {
  SQLITE_BUSY: locked,
  SQLITE_LOCKED: locked,
  SQLITE_PROTOCOL: locked,
  SQLITE_FULL: diskFull,
  SQLITE_READONLY: 'it is read-only',
  SQLITE_IOERR: 'its disk fails',
  SQLITE_CANTOPEN: 'it cannot be opened',
  SQLITE_NOMEM: 'there is no memory for it',
  SQLITE_CORRUPT: damaged,
  SQLITE_NOTADB: damaged,
};

/** Why SQLite cannot serve at present; undefined if the error is of another kind. */
export function sqliteOutage(error: unknown): string | undefined {
  const code = driverCodeOf(error) || String((error as { code?: unknown } | null)?.code);
  return reasons[code.split('_', 2).join('_')];
}

/** Whether the write lock is held by another process, so that trying again may help. */
export function isBusy(error: unknown): boolean {
  return driverCodeOf(error).startsWith('SQLITE_BUSY');
}
