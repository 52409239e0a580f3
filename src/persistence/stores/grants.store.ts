import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type GrantContext,
  type GrantRow,
  type IssuingGrant,
  grantColumns,
  grantValues,
  insertGrant,
  insertGrantFrom,
  toIssuingGrant,
} from '../entities/grant-columns.js';
import { Grant } from '../entities/grant.entity.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';
import { type Page, type PageRequest, readLongPage } from '../page.js';
import { fromUserRow, type UserClaimsSource, userColumns, type UserRow } from './users.store.js';

/** Which grants: those of a user, of a client, of a session, for an organization, or of several of these at once. */
export interface GrantFilter {
  readonly userId?: string;
  readonly clientId?: string;
  readonly sessionId?: string;
  /** Only those that were given for this organization. */
  readonly organizationId?: string;
}

const active = 'grants g JOIN clients c ON c.client_id = g.client_id AND c.disabled_at IS NULL';
/** Of a grant's id, the time, and the token's jti. */
const isActive = `g.id = ? AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?)
  AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.jti = ?)`;
const ownerOfGrant = 'LEFT JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL';
// Put together once: statements are known by their text.
const selectActive = `SELECT g.user_id, c.eyrie_agent FROM ${active} WHERE ${isActive}`;
const selectActiveWithOwner = `SELECT g.user_id, ${userColumns} FROM ${active} ${ownerOfGrant} WHERE ${isActive}`;

const selectEnabledParties = `SELECT g.id FROM ${active}
  JOIN clients x ON x.client_id = ? AND x.disabled_at IS NULL WHERE g.id = ?`;
const selectForExchange = `SELECT g.client_id, ${grantColumns} FROM grants g WHERE g.id = ?`;
const selectLatest = `SELECT ${grantColumns} FROM ${active}
  WHERE g.user_id = ? AND g.client_id = ? AND g.auth_time = ? AND g.revoked_at IS NULL
    AND (g.expires_at IS NULL OR g.expires_at > ?) ORDER BY g.id DESC LIMIT 1`;

/** The agents that somebody allowed something, or whose grants are active. Of the user, twice, and the time. */
const selectAgents = `SELECT c.client_id FROM clients c WHERE c.eyrie_agent = true AND c.client_id IN (
    SELECT a.client_id FROM consents a WHERE a.user_id = ?
    UNION SELECT g.client_id FROM grants g
      WHERE g.user_id = ? AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?))
  ORDER BY c.id`;

const selectUnrevoked = 'SELECT g.id FROM grants g WHERE g.id = ? AND g.revoked_at IS NULL';
const selectStanding = `SELECT ${grantColumns} FROM grants g
  WHERE g.client_id = ? AND g.grant_type = ? AND g.user_id IS NULL AND g.revoked_at IS NULL ORDER BY g.id LIMIT 1`;

/** The session in which a grant is given, as long as it and its user are active. The database holds both rows until the commit. */
const activeSession = 'sessions s JOIN users u ON u.id = s.user_id';
const isActiveSession = 's.id = ? AND s.ended_at IS NULL AND u.disabled_at IS NULL';
/** The membership in the organization for which a grant is given. */
const membership = 'JOIN organization_members m ON m.user_id = u.id AND m.organization_id = ?';
const consent = 'JOIN consents c ON c.user_id = u.id';
const isConsent = 'c.client_id = ? AND c.organization_id = ? AND c.scope = ?';
/** What an administrator allows the members of that organization. */
const organizationConsent =
  'JOIN organization_consents oc ON oc.organization_id = m.organization_id AND oc.client_id = ? AND oc.scope = ?';
const insertInSession = insertGrantFrom(`${activeSession} WHERE ${isActiveSession}`);
const insertByConsent = insertGrantFrom(
  `${activeSession} ${consent} WHERE ${isActiveSession} AND ${isConsent}`,
);
const insertForOrganization = insertGrantFrom(`${activeSession} ${membership} WHERE ${isActiveSession}`);
const insertForOrganizationByConsent = insertGrantFrom(
  `${activeSession} ${membership} ${consent} WHERE ${isActiveSession} AND ${isConsent}`,
);
const insertByOrganizationConsent = insertGrantFrom(
  `${activeSession} ${membership} ${organizationConsent} WHERE ${isActiveSession}`,
);
const insertByBothConsents = insertGrantFrom(
  `${activeSession} ${membership} ${organizationConsent} ${consent} WHERE ${isActiveSession} AND ${isConsent}`,
);

/** The issuer of the assertion of which a grant comes, as long as it is trusted, and the user, unless disabled. Both rows are held. */
const isTrusted = 't.id = ? AND t.enabled = true';
const insertByIssuer = insertGrantFrom(`trusted_issuers t WHERE ${isTrusted}`);
const insertByIssuerAndUser = insertGrantFrom(
  `trusted_issuers t JOIN users u ON u.id = ? AND u.disabled_at IS NULL WHERE ${isTrusted}`,
);

/** On what a resource owner's grant rests. */
export interface GrantBasis {
  readonly sessionId: string;
  /** The scopes that were remembered when the resource owner was not asked, as stored; absent if nothing rests on them. */
  readonly rememberedScope?: string | undefined;
  /** The scopes that an administrator allows in place of members of the organization, as stored; absent if nothing rests on them. */
  readonly organizationScope?: string | undefined;
}

/** Whether the client is an agent; some databases know no booleans. */
interface AgentRow {
  readonly eyrie_agent: boolean | number;
}
type ClientRow = RowOf<Pick<Grant, 'clientId'>>;
type OwnedRow = RowOf<Pick<Grant, 'userId'>>;

/** How long a revoked grant is kept, so that a replay of what it issued is still seen. */
const keptAfterRevocation = 7 * 86_400;

@Injectable()
export class GrantsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Grant | null> {
    return this.database.read.findOneBy(Grant, { id });
  }

  async insert(tx: EntityManager, grant: Grant): Promise<void> {
    await this.database.affected(tx, insertGrant, grantValues(grant));
  }

  /**
   * Inserts a resource owner's grant if its basis still holds: the session is active, the user is not disabled, the consent has not
   * changed, and the user belongs to the organization for which it is given, as does what an administrator allows its members. Whoever ends one of these waits for the commit, and then finds the grant.
   * @returns whether it was inserted
   */
  async insertOn(
    tx: EntityManager,
    { sessionId, rememberedScope, organizationScope }: GrantBasis,
    grant: Grant,
  ): Promise<boolean> {
    const { clientId, orgId } = grant;
    if (orgId === null && organizationScope !== undefined) return false;
    const isRemembered = rememberedScope !== undefined;
    const inserted = await this.database.insertFrom(
      tx,
      statementFor({
        isForOrganization: orgId !== null,
        isRemembered,
        isConsented: organizationScope !== undefined,
      }),
      [
        ...grantValues(grant),
        ...(orgId === null ? [] : [orgId]),
        ...(organizationScope === undefined ? [] : [clientId, organizationScope]),
        sessionId,
        ...(isRemembered ? [clientId, orgId ?? '', rememberedScope] : []),
      ],
    );
    return inserted === 1;
  }

  /**
   * Inserts a grant that comes of an assertion, if its issuer is still trusted and its user is not disabled.
   * @returns whether it was inserted
   */
  async insertOfIssuer(tx: EntityManager, issuerId: string, grant: Grant): Promise<boolean> {
    const values = grantValues(grant);
    const { userId } = grant;
    const inserted =
      userId === null
        ? await this.database.insertFrom(tx, insertByIssuer, [...values, issuerId])
        : await this.database.insertFrom(tx, insertByIssuerAndUser, [...values, userId, issuerId]);
    return inserted === 1;
  }

  /** Lets a grant last beyond its code, which is redeemed in the same transaction; not one that was revoked meanwhile. */
  async confirm(tx: EntityManager, id: string, expiresAt: number | null): Promise<void> {
    await this.database.writeLater(
      tx,
      'UPDATE grants SET expires_at = ? WHERE id = ? AND revoked_at IS NULL',
      [expiresAt, id],
    );
  }

  /** The client's active standing grant, under which its own (client_credentials) tokens are issued. */
  async findStanding(clientId: string, grantType: string): Promise<GrantContext | undefined> {
    const row = await this.database.row<GrantRow>(selectStanding, [clientId, grantType]);
    return row && toIssuingGrant(row);
  }

  async isUnrevoked(id: string): Promise<boolean> {
    return (await this.database.row(selectUnrevoked, [id])) !== undefined;
  }

  /** As {@link findStanding}, in a transaction that holds the client. */
  async findStandingIn(
    tx: EntityManager,
    clientId: string,
    grantType: string,
  ): Promise<GrantContext | undefined> {
    const [row] = await this.database.rows<GrantRow>(tx, selectStanding, [clientId, grantType]);
    return row && toIssuingGrant(row);
  }

  /** Whose grant a JWT access token rests on, and whether its client is an agent; undefined unless that and its client live, and the token was not revoked by its jti. */
  async findActive(
    grantId: string,
    jti: string,
    now: number,
  ): Promise<{ userId: string | null; isAgent: boolean } | undefined> {
    const row = await this.database.row<OwnedRow & AgentRow>(selectActive, [grantId, now, jti]);
    return row && { userId: row.user_id, isAgent: Boolean(row.eyrie_agent) };
  }

  /** Whether the client of a grant, and the client that exchanged a token of it, are both enabled. */
  async isExchangeActive(grantId: string, exchangedBy: string): Promise<boolean> {
    const rows = await this.database.query(selectEnabledParties, [exchangedBy, grantId]);
    return rows.length > 0;
  }

  /** A grant with its client, for a token of it that is known to be active. */
  async findForExchange(
    id: string,
  ): Promise<{ readonly clientId: string; readonly grant: IssuingGrant } | undefined> {
    const row = await this.database.row<GrantRow & { readonly client_id: string }>(selectForExchange, [id]);
    return row && { clientId: row.client_id, grant: toIssuingGrant(row) };
  }

  /** The client_ids of the agents that somebody allowed something, or that have active grants of them. */
  async agentsOf(userId: string, now: number, tx?: EntityManager): Promise<string[]> {
    const values = [userId, userId, now];
    const rows = tx
      ? await this.database.rows<ClientRow>(tx, selectAgents, values)
      : await this.database.query<ClientRow>(selectAgents, values);
    return rows.map((row) => row.client_id);
  }

  /** The latest active grant of a user to a client that rests on one sign-in. */
  async findLatest(
    of: { readonly userId: string; readonly clientId: string; readonly authTime: number },
    now: number,
  ): Promise<IssuingGrant | undefined> {
    const row = await this.database.row<GrantRow>(selectLatest, [of.userId, of.clientId, of.authTime, now]);
    return row && toIssuingGrant(row);
  }

  /** As {@link findActive}, with the user, where there is one who may still sign in. */
  async findActiveWithOwner(
    grantId: string,
    jti: string,
    now: number,
  ): Promise<{ userId: string | null; owner: UserClaimsSource | undefined } | undefined> {
    const row = await this.database.row<OwnedRow & (UserRow | { id: null })>(selectActiveWithOwner, [
      grantId,
      now,
      jti,
    ]);
    return row && { userId: row.user_id, owner: row.id === null ? undefined : fromUserRow(row) };
  }

  /** Revokes a grant, and with it all that it issued. Returns false if it was revoked before. */
  async revoke(tx: EntityManager, id: string, reason: string, now: number): Promise<boolean> {
    return (await this.revokeWhere(tx, 'id = ?', [id], reason, now)) === 1;
  }

  /** Revokes every grant that matches the filter, which needs at least one condition. */
  async revokeAll(tx: EntityManager, filter: GrantFilter, reason: string, now: number): Promise<number> {
    const conditions = filterConditions(filter);
    if (conditions.length === 0)
      throw new Error('revokeAll needs a user, a client, a session or an organization');
    return this.revokeWhere(
      tx,
      conditions.map(([column]) => `${column} = ?`).join(' AND '),
      conditions.map(([, value]) => value),
      reason,
      now,
    );
  }

  /** Revokes the grants that were given for an organization: by one of its members, or by all of them. */
  async revokeOfOrganization(
    tx: EntityManager,
    organizationId: string,
    userId: string | undefined,
    now: number,
  ): Promise<number> {
    return userId === undefined
      ? this.revokeWhere(tx, 'org_id = ?', [organizationId], 'organization_deleted', now)
      : this.revokeWhere(
          tx,
          'org_id = ? AND user_id = ?',
          [organizationId, userId],
          'organization_left',
          now,
        );
  }

  /** Revokes the grants that end with their session. */
  async revokeOfSession(tx: EntityManager, sessionId: string, userId: string, now: number): Promise<number> {
    return this.revokeWhere(
      tx,
      'user_id = ? AND session_id = ? AND offline = ?',
      [userId, sessionId, false],
      'session_ended',
      now,
    );
  }

  async revokeOnlineOf(tx: EntityManager, userId: string, now: number): Promise<number> {
    return this.revokeWhere(tx, 'user_id = ? AND offline = ?', [userId, false], 'session_ended', now);
  }

  /** Grants, oldest first. Expired and revoked ones are included on request. */
  async list(
    filter: GrantFilter,
    page: PageRequest,
    now: number,
    includeInactive = false,
  ): Promise<Page<Grant>> {
    const query = this.database.read.createQueryBuilder(Grant, 'grant_');
    if (filter.userId !== undefined) query.andWhere('grant_.userId = :userId', { userId: filter.userId });
    if (filter.clientId !== undefined)
      query.andWhere('grant_.clientId = :clientId', { clientId: filter.clientId });
    if (filter.sessionId !== undefined)
      query.andWhere('grant_.sessionId = :sessionId', { sessionId: filter.sessionId });
    if (filter.organizationId !== undefined)
      query.andWhere('grant_.orgId = :organizationId', { organizationId: filter.organizationId });
    if (!includeInactive)
      query.andWhere('grant_.revokedAt IS NULL AND (grant_.expiresAt IS NULL OR grant_.expiresAt > :now)', {
        now,
      });
    return readLongPage(query, page, 'createdAt');
  }

  private async revokeWhere(
    tx: EntityManager,
    condition: string,
    values: readonly (string | boolean)[],
    reason: string,
    now: number,
  ): Promise<number> {
    const keptUntil = now + keptAfterRevocation;
    return this.database.affected(
      tx,
      `UPDATE grants SET revoked_at = ?, revoked_reason = ?,
         expires_at = CASE WHEN expires_at IS NULL OR expires_at > ? THEN ? ELSE expires_at END
        WHERE ${condition} AND revoked_at IS NULL`,
      [now, reason, keptUntil, keptUntil, ...values],
    );
  }
}

/** The statement that inserts a grant as long as its basis holds. */
function statementFor(basis: {
  readonly isForOrganization: boolean;
  readonly isRemembered: boolean;
  readonly isConsented: boolean;
}): string {
  const { isForOrganization, isRemembered, isConsented } = basis;
  if (!isForOrganization) return isRemembered ? insertByConsent : insertInSession;
  if (isConsented) return isRemembered ? insertByBothConsents : insertByOrganizationConsent;
  return isRemembered ? insertForOrganizationByConsent : insertForOrganization;
}

function filterConditions(filter: GrantFilter): [column: string, value: string][] {
  const columns = [
    ['user_id', filter.userId],
    ['client_id', filter.clientId],
    ['session_id', filter.sessionId],
    ['org_id', filter.organizationId],
  ] as const;
  return columns.flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value] as [string, string]],
  );
}
