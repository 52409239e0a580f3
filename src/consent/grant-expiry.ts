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

/** What the expiry of a grant depends on until its code is redeemed. */
export interface PendingGrantTerms extends Pick<GrantTerms, 'now' | 'codeExpiresAt'> {
  /** Whether an access token is issued beside the code. */
  readonly issuesAccessToken: boolean;
}

/**
 * When a grant expires as long as its code is not redeemed: with the code, but not before an access token that is issued beside it.
 */
export function pendingGrantExpiry(
  { now, codeExpiresAt, issuesAccessToken }: PendingGrantTerms,
  { accessToken }: Pick<Lifetimes, 'accessToken'>,
): number {
  return issuesAccessToken ? Math.max(codeExpiresAt, now + accessToken) : codeExpiresAt;
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
