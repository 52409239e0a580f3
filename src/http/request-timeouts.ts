/** A request whose headers or body have not arrived within this time is answered with 408, and its connection is closed. */
export const requestTimeoutMilliseconds = 30_000;

/**
 * Options of the HTTP server that belong to this time. Node waits for the larger of `requestTimeout` and `headersTimeout`, and looks for late
 * requests at intervals. A response may take longer: a follower of the revocation feed waits for news.
 */
export const serverTimeouts = {
  headersTimeout: requestTimeoutMilliseconds,
  connectionsCheckingInterval: 5_000,
} as const;
