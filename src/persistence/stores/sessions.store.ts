import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, type SelectQueryBuilder } from 'typeorm';
import { Session } from '../entities/session.entity.js';
import type { Proof } from '../../protocol/acr.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';
import { marks } from '../sql.js';

/** An active session, with what our pages need of its user. */
export interface ActiveSession {
  readonly id: string;
  /** Changes with every sign-in, while the id stays as long as the user does. */
  readonly tokenHash: string;
  readonly userId: string;
  readonly username: string;
  readonly name: string | null;
  readonly administrator: boolean;
  readonly adminRoles: string | null;
  /** The language of the user (OIDC Core §5.1, `locale`). */
  readonly locale: string | null;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly proofs: readonly Proof[];
  /** Whether the person asked to stay signed in. */
  readonly kept: boolean;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** An active session among those of its browser. */
export interface HeldSession extends ActiveSession {
  /** The verified e-mail address of the user in the form in which it is compared; null if there is none. */
  readonly verifiedEmailKey: string | null;
}

/** Where a session comes from, if the person signed in at an upstream. */
export type UpstreamColumns = Pick<
  Session,
  'upstreamAlias' | 'upstreamSubjectHash' | 'upstreamSessionHash' | 'upstreamSignOutSealed'
>;

/** A session that begins. */
export type NewSession = Omit<Session, keyof UpstreamColumns> & Partial<UpstreamColumns>;

/** What an upstream says has ended: a session of somebody, or all of theirs. */
export interface EndedUpstreamSession {
  readonly subjectHash: string | undefined;
  readonly sessionHash: string | undefined;
}

type Row = RowOf<Omit<ActiveSession, 'amr' | 'proofs'>> & {
  readonly amr: string;
  readonly proofs: string | null;
};

const activeColumns = `s.id, s.token_hash, s.user_id, u.username, u.name, u.administrator, u.admin_roles, u.locale, s.acr, s.amr, s.proofs, s.kept, s.authenticated_at,
    s.last_seen_at, s.expires_at`;
const isActive =
  's.ended_at IS NULL AND s.expires_at > ? AND (s.last_seen_at > ? OR s.kept = true) AND u.disabled_at IS NULL';
const selectActive = `SELECT ${activeColumns} FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = ? AND ${isActive}`;

@Injectable()
export class SessionsStore {
  constructor(private readonly database: Database) {}

  /** The session of a browser if it is active: not ended, not expired, used since `idleSince` or kept, and its user is not disabled. */
  async findActive(tokenHash: string, now: number, idleSince: number): Promise<ActiveSession | undefined> {
    const row = await this.database.row<Row>(selectActive, [tokenHash, now, idleSince]);
    return row && fromRow(row);
  }

  /** The active ones of these sessions, in the order given. */
  async findHeld(tokenHashes: readonly string[], now: number, idleSince: number): Promise<HeldSession[]> {
    if (tokenHashes.length === 0) return [];
    const rows = await this.database.query<Row & { readonly verified_email_key: string | null }>(
      `SELECT ${activeColumns}, u.verified_email_key FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash IN (${marks(tokenHashes)}) AND ${isActive}`,
      [...tokenHashes, now, idleSince],
    );
    return rows
      .map((row) => ({ ...fromRow(row), verifiedEmailKey: row.verified_email_key }))
      .toSorted((left, right) => tokenHashes.indexOf(left.tokenHash) - tokenHashes.indexOf(right.tokenHash));
  }

  /** Whether the session with this id is active. */
  async isActive(id: string, now: number, idleSince: number): Promise<boolean> {
    const row = await this.database.row<{ id: string }>(
      `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND ${isActive}`,
      [id, now, idleSince],
    );
    return row !== undefined;
  }

  /** The user of a session that is still stored, active or not. */
  async userOf(id: string): Promise<string | undefined> {
    const row = await this.database.row<{ user_id: string }>('SELECT user_id FROM sessions WHERE id = ?', [
      id,
    ]);
    return row?.user_id;
  }

  async insert(tx: EntityManager, session: NewSession): Promise<void> {
    await tx.insert(Session, session);
  }

  /**
   * The same user signs in again: the session continues under another token.
   * @returns false if it has ended
   */
  async renew(
    tx: EntityManager,
    id: string,
    changes: Pick<
      Session,
      | 'tokenHash'
      | 'acr'
      | 'amr'
      | 'proofs'
      | 'kept'
      | 'authenticatedAt'
      | 'lastSeenAt'
      | 'expiresAt'
      | 'address'
      | 'userAgent'
    > &
      Partial<UpstreamColumns>,
  ): Promise<boolean> {
    const { affected } = await tx.update(Session, { id, endedAt: IsNull() }, changes);
    if (affected !== 1) return false;
    await this.database.affected(tx, 'UPDATE session_clients SET expires_at = ? WHERE session_id = ?', [
      changes.expiresAt,
      id,
    ]);
    return true;
  }

  async touch(id: string, now: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'UPDATE sessions SET last_seen_at = ? WHERE id = ?', [now, id]),
    );
  }

  /** The active sessions of a user, oldest first. */
  async listActive(userId: string, now: number, idleSince: number): Promise<Session[]> {
    return this.activeOf(userId, now, idleSince).orderBy('session.id').getMany();
  }

  /** A page of them. */
  async pageOfActive(
    userId: string,
    page: PageRequest,
    now: number,
    idleSince: number,
  ): Promise<Page<Session>> {
    const query = addPage(this.activeOf(userId, now, idleSince), page, 'authenticatedAt');
    return toPage(await query.getMany(), page.limit);
  }

  /** The active sessions of a user that were used last, the last one first, behind the one with this id. */
  async lastUsed(
    userId: string,
    firstId: string,
    limit: number,
    now: number,
    idleSince: number,
  ): Promise<Session[]> {
    return this.activeOf(userId, now, idleSince)
      .orderBy('CASE WHEN session.id = :firstId THEN 0 ELSE 1 END')
      .addOrderBy('session.lastSeenAt', 'DESC')
      .addOrderBy('session.id', 'DESC')
      .setParameter('firstId', firstId)
      .limit(limit)
      .getMany();
  }

  private activeOf(userId: string, now: number, idleSince: number): SelectQueryBuilder<Session> {
    return this.database.read
      .createQueryBuilder(Session, 'session')
      .where(
        'session.userId = :userId AND session.endedAt IS NULL AND session.expiresAt > :now AND (session.lastSeenAt > :idleSince OR session.kept = true)',
        { userId, now, idleSince },
      );
  }

  /** All sessions of a user that are still stored, oldest first. */
  async list(userId: string, page: PageRequest): Promise<Page<Session>> {
    const query = addPage(
      this.database.read.createQueryBuilder(Session, 'session'),
      page,
      'authenticatedAt',
    ).andWhere('session.userId = :userId', { userId });
    return toPage(await query.getMany(), page.limit);
  }

  /** Ends one session of a user. Returns false if it belongs to another user or has ended before. */
  async end(tx: EntityManager, id: string, userId: string, now: number): Promise<boolean> {
    const ended = await this.database.affected(
      tx,
      'UPDATE sessions SET ended_at = ? WHERE id = ? AND user_id = ? AND ended_at IS NULL',
      [now, id, userId],
    );
    return ended === 1;
  }

  /** Sessions that have expired, or have not been used since `idleSince`, and are not ended yet. */
  async overdue(now: number, idleSince: number, limit: number): Promise<Pick<Session, 'id' | 'userId'>[]> {
    const find = async (condition: string, time: number): Promise<Pick<Session, 'id' | 'userId'>[]> => {
      const found = await this.database.query<RowOf<Pick<Session, 'id' | 'userId'>>>(
        `SELECT id, user_id FROM sessions WHERE ended_at IS NULL AND ${condition} LIMIT ${limit}`,
        [time],
      );
      return found.map((row) => ({ id: row.id, userId: row.user_id }));
    };
    // One by one: a condition with OR would have all sessions read.
    const idle = await find('kept = false AND last_seen_at <= ?', idleSince);
    return idle.length > 0 ? idle : find('expires_at <= ?', now);
  }

  /** Ends an overdue session. Returns false if it has been used meanwhile or has ended before. */
  async endOverdue(tx: EntityManager, id: string, now: number, idleSince: number): Promise<boolean> {
    const ended = await this.database.affected(
      tx,
      `UPDATE sessions SET ended_at = ?
        WHERE id = ? AND ended_at IS NULL AND (expires_at <= ? OR (kept = false AND last_seen_at <= ?))`,
      [now, id, now, idleSince],
    );
    return ended === 1;
  }

  /** The ids of the sessions of a user that are not ended, held until the transaction ends. */
  async holdAllOf(tx: EntityManager, userId: string): Promise<string[]> {
    const rows = await this.database.lockedRows<{ id: string }>(
      tx,
      'SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL',
      [userId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * The sessions here that come from what has ended at an upstream, held until the transaction ends. If it names a session, those of the
   * person of which the upstream named none are among them: they may come from it.
   */
  async holdThoseFrom(
    tx: EntityManager,
    { subjectHash, sessionHash }: EndedUpstreamSession,
  ): Promise<Pick<Session, 'id' | 'userId'>[]> {
    const hold = async (
      condition: string,
      ...values: string[]
    ): Promise<Pick<Session, 'id' | 'userId'>[]> => {
      const rows = await this.database.lockedRows<RowOf<Pick<Session, 'id' | 'userId'>>>(
        tx,
        `SELECT id, user_id FROM sessions WHERE ended_at IS NULL AND ${condition}`,
        values,
      );
      return rows.map((row) => ({ id: row.id, userId: row.user_id }));
    };
    const bySubject = 'upstream_subject_hash = ?';
    if (sessionHash === undefined) return subjectHash === undefined ? [] : hold(bySubject, subjectHash);
    if (subjectHash === undefined) return hold('upstream_session_hash = ?', sessionHash);
    return [
      ...(await hold(`upstream_session_hash = ? AND ${bySubject}`, sessionHash, subjectHash)),
      ...(await hold(`${bySubject} AND upstream_session_hash IS NULL`, subjectHash)),
    ];
  }

  /** What upstreams have to be told to end the sessions from which these come, sealed. These may have ended. */
  async upstreamSignOutsOf(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<{ sealed: string }>(
      `SELECT upstream_sign_out_sealed AS sealed FROM sessions
        WHERE id IN (${marks(ids)}) AND upstream_sign_out_sealed IS NOT NULL`,
      [...ids],
    );
    return rows.map(({ sealed }) => sealed);
  }

  async endAllOf(tx: EntityManager, userId: string, now: number): Promise<number> {
    return this.database.affected(
      tx,
      'UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL',
      [now, userId],
    );
  }
}

function fromRow(row: Row): ActiveSession {
  const amr = JSON.parse(row.amr) as string[];
  return {
    id: row.id,
    tokenHash: row.token_hash,
    userId: row.user_id,
    username: row.username,
    name: row.name,
    administrator: Boolean(row.administrator),
    adminRoles: row.admin_roles,
    locale: row.locale,
    acr: row.acr,
    amr,
    proofs: row.proofs
      ? (JSON.parse(row.proofs) as Proof[])
      : amr.map((method) => ({ method, provenAt: row.authenticated_at })),
    kept: Boolean(row.kept),
    authenticatedAt: row.authenticated_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}
