/** What minting needs of a grant. */
export interface IssuingGrant {
  readonly id: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly scope: string;
  /** The resources that the client named (RFC 8707). */
  readonly resources: string[] | null;
  readonly authTime: number | null;
  readonly acr: string | null;
  readonly amr: string[] | null;
  /** The `claims` parameter as it was asked. */
  readonly claims: string | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly userDisabledAt: number | null;
}

/** The grant's columns in a SELECT over a table `g`. */
export const grantColumns = `g.id AS g_id, g.user_id AS g_userId, g.session_id AS g_sessionId, g.scope AS g_scope, g.resources AS g_resources,
  g.auth_time AS g_authTime, g.acr AS g_acr, g.amr AS g_amr, g.claims AS g_claims,
  g.expires_at AS g_expiresAt, g.revoked_at AS g_revokedAt,
  (SELECT u.disabled_at FROM users u WHERE u.id = g.user_id) AS g_userDisabledAt`;

export interface GrantRow {
  readonly g_id: string;
  readonly g_userId: string | null;
  readonly g_sessionId: string | null;
  readonly g_scope: string;
  readonly g_resources: string | null;
  readonly g_authTime: number | null;
  readonly g_acr: string | null;
  readonly g_amr: string | null;
  readonly g_claims: string | null;
  readonly g_expiresAt: number | null;
  readonly g_revokedAt: number | null;
  readonly g_userDisabledAt: number | null;
}

export function toIssuingGrant(row: GrantRow): IssuingGrant {
  return {
    id: row.g_id,
    userId: row.g_userId,
    sessionId: row.g_sessionId,
    scope: row.g_scope,
    resources: row.g_resources === null ? null : (JSON.parse(row.g_resources) as string[]),
    authTime: row.g_authTime,
    acr: row.g_acr,
    amr: row.g_amr === null ? null : (JSON.parse(row.g_amr) as string[]),
    claims: row.g_claims,
    expiresAt: row.g_expiresAt,
    revokedAt: row.g_revokedAt,
    userDisabledAt: row.g_userDisabledAt,
  };
}
