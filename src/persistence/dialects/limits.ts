/**
 * How long a request waits for the database before it is answered with 503. What a request does in the database takes milliseconds:
 * longer waits are faults.
 */

/** For a connection of the pool, or for its turn to write. */
export const connectionWaitMilliseconds = 3_000;

/** Requests that wait for a connection at once; further ones fail. */
export const maxWaiting = 2_000;

/** Connections of one process. */
export const poolSize = 20;

/** For the answer to a statement. */
export const statementMilliseconds = 5_000;

/** For a row that another transaction holds. */
export const rowLockWaitSeconds = 3;

/** For a transaction that the database rolls back again and again. */
export const retryMilliseconds = 5_000;

/** For another process that migrates. */
export const migrationLockWaitSeconds = 120;
