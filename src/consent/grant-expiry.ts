/** Seconds that the settings give to what comes of a grant. */
interface Lifetimes {
  readonly accessToken: number;
  readonly refreshAbsolute: number;
}

/** What the end of a grant depends on. Times are seconds since the epoch. */
export interface GrantTerms {
  readonly now: number;
  /** When the code for its first tokens expires. */
  readonly codeExpiresAt: number;
  /** Whether its client may have refresh tokens. */
  readonly refreshable: boolean;
  /** When the session ends that it lives only as long as; absent where it outlives the session (offline_access). */
  readonly sessionExpiresAt?: number;
}

/**
 * The time after which nothing of a grant is active any more: that of its last possible refresh, or of the access token that was
 * issued at the last moment. An online grant ends with its session, but not before that token.
 */
export function grantExpiry(
  { now, codeExpiresAt, refreshable, sessionExpiresAt }: GrantTerms,
  { accessToken, refreshAbsolute }: Lifetimes,
): number {
  const lastFirstToken = codeExpiresAt + accessToken;
  if (!refreshable) return lastFirstToken;
  const lastRefresh = now + refreshAbsolute;
  return sessionExpiresAt === undefined
    ? lastRefresh
    : Math.max(lastFirstToken, Math.min(sessionExpiresAt, lastRefresh));
}
