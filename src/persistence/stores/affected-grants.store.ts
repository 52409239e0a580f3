import { Injectable } from '@nestjs/common';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Database } from '../database.js';
import { containing, marks, type SqlValue } from '../sql.js';
import type { GrantFilter } from './grants.store.js';

/** Which active grants something would end. */
export interface AffectedGrants extends Omit<GrantFilter, 'organizationId'> {
  readonly grantId?: string;
  /** Those that end with this upstream: of sessions of the people whom it knows, and for organizations to which they belong by it alone. */
  readonly endedUpstreamId?: string;
  /** Those that come of assertions of this issuer. */
  readonly trustedIssuerId?: string;
  /** Those that were given for these organizations. */
  readonly organizationIds?: readonly string[];
  /** Only those that end with their session. */
  readonly isOnline?: boolean;
  /** Only those that have a refresh token. */
  readonly isRenewable?: boolean;
}

export interface GrantCounts {
  readonly grants: number;
  readonly people: number;
  readonly clients: number;
}

/** An active grant with the names of its parties. */
export interface NamedGrant {
  readonly id: string;
  readonly userId: string | null;
  readonly username: string | null;
  readonly clientId: string;
  readonly clientName: string;
  readonly scope: string;
  readonly createdAt: number;
}

interface Row {
  readonly id: string;
  readonly user_id: string | null;
  readonly username: string | null;
  readonly client_id: string;
  readonly client_name: string;
  readonly scope: string;
  readonly authorization_details: string | null;
  readonly created_at: string | number;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const batchSize = 500;
const isActive = 'g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?)';
const endsWithUpstream = `(g.offline = false AND g.user_id IN (SELECT i.user_id FROM identities i WHERE i.upstream_id = ?)
  OR EXISTS (SELECT 1 FROM organization_members m WHERE m.organization_id = g.org_id AND m.user_id = g.user_id
       AND m.by_upstream_id = ? AND m.by_domain IS NULL AND m.made_here = false))`;
const hasRefreshToken =
  'EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.grant_id = g.id AND r.consumed_at IS NULL)';
const selectNamed = `SELECT g.id, g.user_id, u.username, g.client_id, c.client_name, g.scope,
    g.authorization_details, g.created_at
  FROM grants g JOIN clients c ON c.client_id = g.client_id LEFT JOIN users u ON u.id = g.user_id`;

/** What would end, before it does. */
@Injectable()
export class AffectedGrantsStore {
  constructor(private readonly database: Database) {}

  async count(which: AffectedGrants, now: number): Promise<GrantCounts> {
    const { sql, values } = conditionOf(which);
    const [row] = await this.database.query<Record<keyof GrantCounts, string | number>>(
      `SELECT COUNT(*) AS grants, COUNT(DISTINCT g.user_id) AS people, COUNT(DISTINCT g.client_id) AS clients
         FROM grants g WHERE ${sql} AND ${isActive}`,
      [...values, now],
    );
    return {
      grants: Number(row?.grants),
      people: Number(row?.people),
      clients: Number(row?.clients),
    };
  }

  /** The issuer for which `trustedIssuerId` stands; undefined if there is none of this name. */
  async idOfTrustedIssuer(name: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>('SELECT id FROM trusted_issuers WHERE name = ?', [
      name,
    ]);
    return row?.id;
  }

  /** Oldest first. */
  async first(which: AffectedGrants, limit: number, now: number): Promise<NamedGrant[]> {
    const { sql, values } = conditionOf(which);
    const rows = await this.database.query<Row>(
      `${selectNamed} WHERE ${sql} AND ${isActive} ORDER BY g.id LIMIT ${limit}`,
      [...values, now],
    );
    return rows.map(toNamedGrant);
  }

  /** Every active grant of a person, to any client or this one, that holds one of these scopes, oldest first. */
  async *holding(scopes: readonly string[], now: number, clientId?: string): AsyncGenerator<NamedGrant> {
    if (scopes.length === 0) return;
    const contained = scopes.map(() => this.database.containsText('g.scope')).join(' OR ');
    const condition =
      clientId === undefined
        ? { sql: `(${contained})`, values: scopes.map(containing) }
        : { sql: `g.client_id = ? AND (${contained})`, values: [clientId, ...scopes.map(containing)] };
    for await (const row of this.ofPeople(condition, now))
      if (row.scope.split(' ').some((name) => scopes.includes(name))) yield toNamedGrant(row);
  }

  /** Every active grant of a person that holds authorization details of this type, oldest first. */
  async *withDetails(type: string, now: number): AsyncGenerator<NamedGrant> {
    const condition = { sql: 'g.authorization_details IS NOT NULL', values: [] };
    for await (const row of this.ofPeople(condition, now))
      if (holdsType(row.authorization_details ?? '[]', type)) yield toNamedGrant(row);
  }

  /** In batches: there may be many. */
  private async *ofPeople({ sql, values }: Condition, now: number): AsyncGenerator<Row> {
    for (let after = ''; ;) {
      const rows = await this.database.query<Row>(
        `${selectNamed} WHERE g.id > ? AND g.user_id IS NOT NULL AND ${sql} AND ${isActive}
         ORDER BY g.id LIMIT ${batchSize}`,
        [after, ...values, now],
      );
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }
}

/** Whether stored authorization details have this type. */
const holdsType = (details: string, type: string): boolean =>
  (JSON.parse(details) as AuthorizationDetail[]).some((detail) => detail.type === type);

function conditionOf({
  grantId,
  userId,
  clientId,
  sessionId,
  endedUpstreamId,
  trustedIssuerId,
  organizationIds,
  isOnline,
  isRenewable,
}: AffectedGrants): Condition {
  const columns = [
    ['g.id', grantId],
    ['g.user_id', userId],
    ['g.client_id', clientId],
    ['g.session_id', sessionId],
    ['g.trusted_issuer_id', trustedIssuerId],
  ] as const;
  const given = columns.flatMap(([column, value]): Condition[] =>
    value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }],
  );
  if (organizationIds)
    given.push({ sql: `g.org_id IN (${marks(organizationIds)})`, values: organizationIds });
  if (endedUpstreamId !== undefined)
    given.push({ sql: endsWithUpstream, values: [endedUpstreamId, endedUpstreamId] });
  if (given.length === 0) throw new Error('something must say which grants');
  return {
    sql: [
      ...given.map(({ sql }) => sql),
      ...(isOnline ? ['g.offline = false'] : []),
      ...(isRenewable ? [hasRefreshToken] : []),
    ].join(' AND '),
    values: given.flatMap(({ values }) => values),
  };
}

const toNamedGrant = (row: Row): NamedGrant => ({
  id: row.id,
  userId: row.user_id,
  username: row.username,
  clientId: row.client_id,
  clientName: row.client_name,
  scope: row.scope,
  createdAt: Number(row.created_at),
});
