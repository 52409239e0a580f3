import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../protocol/actor.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { OpaqueAccessToken } from '../entities/access-token.entity.js';
import {
  type GrantClaims,
  grantClaimColumns,
  type GrantClaimsRow,
  readGrantClaims,
} from '../entities/grant-claims.js';
import type { RevokedToken } from '../entities/revoked-token.entity.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';
import { type Page, type PageRequest, readLongPage } from '../page.js';
import { fromUserRow, type UserClaimsSource, userColumns, type UserRow } from './users.store.js';

/** An opaque access token that is neither expired nor revoked, of a grant and a client that live. */
export interface ActiveAccessToken {
  readonly id: string;
  readonly clientId: string;
  /** Whether its client is an agent. */
  readonly isAgent: boolean;
  readonly userId: string | null;
  /** Null where it is the user's id. */
  readonly subject: string | null;
  readonly scope: string;
  readonly audience: string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly grantId: string;
  readonly grantClaims: GrantClaims;
  /** What it is bound to. */
  readonly cnf: Confirmation | null;
  /** Who acts with it, if it comes of an exchange. */
  readonly act: Actor | null;
  /** What it allows beside its scopes. */
  readonly authorizationDetails: readonly AuthorizationDetail[] | null;
}

export type TokenParties = Pick<ActiveAccessToken, 'clientId' | 'grantId' | 'userId'>;

type Row = Omit<
  RowOf<ActiveAccessToken>,
  'id' | 'is_agent' | 'audience' | 'grant_claims' | 'cnf' | 'act' | 'authorization_details'
> &
  GrantClaimsRow & {
    readonly token_id: string;
    /** Some databases know no booleans. */
    readonly is_agent: boolean | number;
    readonly audience: string;
    readonly cnf: string | null;
    readonly act: string | null;
    readonly authorization_details: string | null;
  };

const columns = `t.id AS token_id, t.client_id, c.eyrie_agent AS is_agent, t.user_id, t.subject, t.scope, t.audience, t.issued_at, t.expires_at, t.grant_id,
  ${grantClaimColumns}, t.cnf, t.act, t.authorization_details`;
const active = `access_tokens t JOIN grants g ON g.id = t.grant_id
  JOIN clients c ON c.client_id = t.client_id AND c.disabled_at IS NULL`;
/** Of a token's hash, and twice the time. */
const isActive = `t.token_hash = ? AND t.expires_at > ? AND t.revoked_at IS NULL
  AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?)`;
const ownerOfToken = 'LEFT JOIN users u ON u.id = t.user_id AND u.disabled_at IS NULL';
// Put together once: statements are known by their text.
const selectActive = `SELECT ${columns} FROM ${active} WHERE ${isActive}`;
const selectActiveWithOwner = `SELECT ${columns}, ${userColumns} FROM ${active} ${ownerOfToken} WHERE ${isActive}`;

const selectParties =
  'SELECT t.client_id, t.grant_id, g.user_id FROM access_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.id = ?';

/** Read for each token of a page: a join with all grants would make a database sort all tokens first. */
const grantLives =
  '(SELECT COUNT(*) FROM grants owner WHERE owner.id = token.grantId AND owner.revoked_at IS NULL) = 1';

/** Which tokens an administrator lists. */
export interface AccessTokenFilter {
  readonly userId?: string;
  readonly clientId?: string;
}

@Injectable()
export class AccessTokensStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, token: OpaqueAccessToken): Promise<void> {
    await this.database.writeLater(
      tx,
      `INSERT INTO access_tokens (id, token_hash, grant_id, client_id, user_id, subject, scope, audience, issued_at, expires_at, cnf, act,
         authorization_details)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        token.id,
        token.tokenHash,
        token.grantId,
        token.clientId,
        token.userId,
        token.subject,
        token.scope,
        JSON.stringify(token.audience),
        token.issuedAt,
        token.expiresAt,
        token.cnf && JSON.stringify(token.cnf),
        token.act && JSON.stringify(token.act),
        token.authorizationDetails && JSON.stringify(token.authorizationDetails),
      ],
    );
  }

  async findActive(tokenHash: string, now: number): Promise<ActiveAccessToken | undefined> {
    const row = await this.database.row<Row>(selectActive, [tokenHash, now, now]);
    return row && fromRow(row);
  }

  /** As {@link findActive}, with the user, where there is one who may still sign in. */
  async findActiveWithOwner(
    tokenHash: string,
    now: number,
  ): Promise<{ token: ActiveAccessToken; owner: UserClaimsSource | undefined } | undefined> {
    const row = await this.database.row<Row & (UserRow | { id: null })>(selectActiveWithOwner, [
      tokenHash,
      now,
      now,
    ]);
    return row && { token: fromRow(row), owner: row.id === null ? undefined : fromUserRow(row) };
  }

  /** Opaque tokens, oldest first. Expired and revoked ones are included on request. */
  async list(
    filter: AccessTokenFilter,
    page: PageRequest,
    now: number,
    includeInactive = false,
  ): Promise<Page<OpaqueAccessToken>> {
    const { userId, clientId } = filter;
    const query = this.database.read.createQueryBuilder(OpaqueAccessToken, 'token');
    if (!includeInactive)
      query.andWhere(`token.expiresAt > :now AND token.revokedAt IS NULL AND ${grantLives}`, { now });
    if (clientId !== undefined) query.andWhere('token.clientId = :clientId', { clientId });
    if (userId !== undefined)
      query.innerJoin('grants', 'g', 'g.id = token.grantId').andWhere('g.user_id = :userId', { userId });
    return readLongPage(query, page, 'issuedAt');
  }

  /** Revokes one opaque token by its id; false when there is none that lives. */
  async revoke(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const revoked = await this.database.affected(
      tx,
      'UPDATE access_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
      [now, id],
    );
    return revoked === 1;
  }

  /** Who got an opaque token, under which grant, and from whom. */
  async partiesOf(tx: EntityManager, id: string): Promise<TokenParties | undefined> {
    const [row] = await this.database.rows<RowOf<TokenParties>>(tx, selectParties, [id]);
    return row && { clientId: row.client_id, grantId: row.grant_id, userId: row.user_id };
  }

  /** Notes that a JWT access token is no longer good. */
  async revokeJwt(tx: EntityManager, token: RevokedToken): Promise<void> {
    await this.database.insertIfAbsent(
      tx,
      'INSERT INTO revoked_tokens (jti, client_id, revoked_at, expires_at) VALUES (?, ?, ?, ?)',
      [token.jti, token.clientId, token.revokedAt, token.expiresAt],
    );
  }
}

function fromRow(row: Row): ActiveAccessToken {
  return {
    id: row.token_id,
    clientId: row.client_id,
    isAgent: Boolean(row.is_agent),
    userId: row.user_id,
    subject: row.subject,
    scope: row.scope,
    audience: JSON.parse(row.audience) as string[],
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    grantId: row.grant_id,
    grantClaims: readGrantClaims(row),
    cnf: row.cnf === null ? null : (JSON.parse(row.cnf) as Confirmation),
    act: row.act === null ? null : (JSON.parse(row.act) as Actor),
    authorizationDetails:
      row.authorization_details === null
        ? null
        : (JSON.parse(row.authorization_details) as AuthorizationDetail[]),
  };
}
