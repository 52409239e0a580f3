/** How a pool of connections is used at one moment. */
export interface PoolUse {
  /** Connections that statements and transactions hold. */
  readonly used: number;
  /** Connections that are open and free. */
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}
