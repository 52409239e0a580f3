import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { Cookies } from '../http/cookies.js';
import { speakTo } from '../http/languages.js';
import { addressOf } from '../http/network.js';
import { userAgentOf } from '../http/user-agent.js';
import type { Session } from '../persistence/entities/session.entity.js';
import { newId } from '../persistence/id.js';
import { type ActiveSession, SessionsStore } from '../persistence/stores/sessions.store.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { authenticationBy, type Proof } from '../protocol/acr.js';
import { BrowserState } from './browser-state.js';
import { SessionEnd } from './session-end.js';

/** A user who has proven who they are. */
export interface ProvenUser {
  readonly userId: string;
  /** The version of the credentials that the proof was checked against. */
  readonly credentialsVersion: number;
}

/** How somebody signed in. */
export interface SignIn {
  /** What was proven now, and what is still held against it of a session that goes on. */
  readonly proofs: readonly Proof[];
  /** Whether they asked to stay signed in (`EYRIE_KEEP_SIGNED_IN_TTL`). */
  readonly keep?: boolean;
  /** What else happens in the transaction, unless a session goes on. */
  readonly also?: ((tx: Transaction, user: HeldUser, now: number) => Promise<void>) | undefined;
}

/** The last use of a session is recorded at most this often. */
const touchIntervalSeconds = 60;

/** The sessions of users in browsers. They are stored in the database, so that they can be listed and ended from another browser. */
@Injectable()
export class Sessions {
  constructor(
    private readonly store: SessionsStore,
    private readonly users: UsersStore,
    private readonly sessionEnd: SessionEnd,
    private readonly changes: Changes,
    private readonly cookies: Cookies,
    private readonly browserState: BrowserState,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The active session of the browser that sent this request. */
  async current(request: FastifyRequest): Promise<ActiveSession | undefined> {
    const token = this.cookies.read(request, 'session');
    if (token === undefined) return undefined;
    const now = this.clock.now();
    const session = await this.store.findActive(lookupHash(token), now, this.idleSince(now));
    if (!session) return undefined;
    if (now - session.lastSeenAt >= touchIntervalSeconds) await this.store.touch(session.id, now);
    speakTo(session, request);
    return session;
  }

  /**
   * Signs a user in. The cookie outlasts the browser only if they asked for that. The cookie always changes. The session continues if the same user was signed in in this browser before.
   * @throws Error if what was proven reaches no context class
   * @returns false if the credentials were changed, or the user disabled, since the proof was checked: nobody is signed in
   */
  async open(
    { userId, credentialsVersion }: ProvenUser,
    { proofs, keep = false, also }: SignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const before = await this.current(request);
    const isSameUser = before?.userId === userId;
    const held = latestProofs(isSameUser ? [...before.proofs, ...proofs] : proofs);
    const authentication = authenticationBy(held.map(({ method }) => method));
    if (!authentication) throw new Error('a sign-in needs a proof that reaches a context class');
    const token = generateOpaqueToken();
    const now = this.clock.now();
    const { session, keptSession } = this.settings.lifetimes;
    const kept = keep && keptSession > 0;
    const fresh = {
      tokenHash: lookupHash(token),
      acr: authentication.acr,
      amr: [...authentication.amr],
      proofs: held,
      authenticatedAt: now,
      lastSeenAt: now,
      kept,
      expiresAt: now + (kept ? keptSession : session),
      address: addressOf(request),
      userAgent: userAgentOf(request) ?? null,
    };
    const event = {
      event: 'session.opened',
      actor: `user:${userId}`,
      userId,
      address: fresh.address,
      detail: { user_agent: userAgentOf(request) },
    } as const;
    const isOpen = await this.changes.change(event, async (tx) => {
      const user = await this.users.hold(tx, userId);
      if (!user || user.disabledAt !== null || user.credentialsVersion !== credentialsVersion) return false;
      speakTo(user, request);
      if (isSameUser && (await this.store.renew(tx, before.id, fresh))) return true;
      if (before && before.userId !== userId) await this.replace(tx, before, now);
      await this.store.insert(tx, { ...fresh, id: newId(), userId, endedAt: null });
      await also?.(tx, user, now);
      return true;
    });
    if (!isOpen) return false;
    this.cookies.set(reply, 'session', token, kept ? keptSession : undefined);
    this.browserState.change(reply, fresh.tokenHash);
    return true;
  }

  /** Signs out in this browser. Also clears the cookies of a session that has ended or expired before. */
  async close(session: ActiveSession | undefined, reply: FastifyReply): Promise<void> {
    if (session) {
      const { id, userId } = session;
      await this.end(id, userId, { name: `user:${userId}`, address: addressOf(reply.request) });
    }
    if (this.cookies.read(reply.request, 'session') === undefined) return;
    this.cookies.clear(reply, 'session');
    this.browserState.clear(reply);
  }

  /** Ends one session of a user and revokes the grants bound to it. Returns false if there is no such session. */
  async end(id: string, userId: string, actor: Originator): Promise<boolean> {
    return this.changes.change({ event: 'session.ended', actor, userId }, (tx, now) =>
      this.sessionEnd.endOne(tx, id, userId, now),
    );
  }

  /**
   * Ends the sessions that a user has in other browsers.
   * @returns how many
   */
  async endOthers({ id, userId }: ActiveSession, actor: Originator): Promise<number> {
    const others = (await this.listActive(userId)).filter((session) => session.id !== id);
    let ended = 0;
    for (const other of others) if (await this.end(other.id, userId, actor)) ended++;
    return ended;
  }

  /** The active sessions of a user, oldest first. */
  async listActive(userId: string): Promise<Session[]> {
    const now = this.clock.now();
    return this.store.listActive(userId, now, this.idleSince(now));
  }

  /** Ends the session of another user, who was signed in in this browser before. */
  private async replace(tx: Transaction, { id, userId }: ActiveSession, now: number): Promise<void> {
    if (!(await this.sessionEnd.endOne(tx, id, userId, now))) return;
    await this.changes.record(tx, { event: 'session.ended', actor: `user:${userId}`, userId }, now);
  }

  private idleSince(now: number): number {
    return now - this.settings.lifetimes.sessionIdle;
  }
}

/** Each method once, with when it was last proven, in the order in which they were first proven. */
function latestProofs(proofs: readonly Proof[]): Proof[] {
  const latest = new Map<string, number>();
  for (const { method, provenAt } of proofs)
    latest.set(method, Math.max(provenAt, latest.get(method) ?? provenAt));
  return [...latest].map(([method, provenAt]) => ({ method, provenAt }));
}
