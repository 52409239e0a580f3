/** Lifetimes from the settings, in seconds. */
interface Lifetimes {
  readonly accessToken: number;
  readonly refreshAbsolute: number;
}

/** What the expiry of a grant depends on. Times are seconds since the epoch. */
export interface GrantTerms {
  readonly now: number;
  /** When the code for its first tokens expires. */
  readonly codeExpiresAt: number;
  /** Whether its client may have refresh tokens. */
  readonly refreshable: boolean;
  /** When the session expires; absent if the grant outlives the session (offline_access). */
  readonly sessionExpiresAt?: number;
}

/**
 * When a grant expires: at its last possible refresh; without refresh tokens, when its last possible access token expires. An online
 * grant expires with its session, but not before its first access token.
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
