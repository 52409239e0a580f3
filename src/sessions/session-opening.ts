import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Changes } from '../audit/changes.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { speakTo } from '../http/languages.js';
import { addressOf } from '../http/network.js';
import { userAgentOf } from '../http/user-agent.js';
import { newId } from '../persistence/id.js';
import { type ActiveSession, type HeldSession, SessionsStore } from '../persistence/stores/sessions.store.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { authenticationBy, type Proof } from '../protocol/acr.js';
import { SessionEnd } from './session-end.js';
import { type ProvenUser, Sessions } from './sessions.js';
import { columnsOf, type UpstreamOrigin } from './upstream-origin.js';
import { UpstreamSessions } from './upstream-sessions.js';

/** How somebody signed in. */
export interface SignIn {
  /** What was proven now, and what is still held against it of a session that goes on. */
  readonly proofs: readonly Proof[];
  /** Whether they asked to stay signed in (`EYRIE_KEEP_SIGNED_IN_TTL`). */
  readonly keep?: boolean;
  /** The session at an upstream from which it comes, if it was proven there. */
  readonly origin?: UpstreamOrigin | undefined;
  /** What else happens in the transaction, unless a session goes on. */
  readonly also?: ((tx: Transaction, user: HeldUser, now: number) => Promise<void>) | undefined;
}

/** Signs people in. */
@Injectable()
export class SessionOpening {
  constructor(
    private readonly sessions: Sessions,
    private readonly store: SessionsStore,
    private readonly users: UsersStore,
    private readonly sessionEnd: SessionEnd,
    private readonly upstreamSessions: UpstreamSessions,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Signs a user in, who becomes the current one. The cookie outlasts the browser only if they asked for that. The cookie always changes.
   * The session continues if the same user was signed in in this browser before. The other accounts stay, as many as the setting allows.
   * @throws Error if what was proven reaches no context class
   * @returns false if the credentials were changed, the user disabled, or the session at the upstream ended since the proof was checked:
   * nobody is signed in
   */
  async open(
    { userId, credentialsVersion }: ProvenUser,
    { proofs, keep = false, origin, also }: SignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const held = await this.sessions.held(request);
    const before = held.find((session) => session.userId === userId);
    const others = held.filter((session) => session !== before);
    const staying = latestUsed(others, this.settings.signIn.accountsPerBrowser - 1);
    const proven = latestProofs(before ? [...before.proofs, ...proofs] : proofs);
    const authentication = authenticationBy(proven.map(({ method }) => method));
    if (!authentication) throw new Error('a sign-in needs a proof that reaches a context class');
    const token = generateOpaqueToken();
    const now = this.clock.now();
    const { session, keptSession } = this.settings.lifetimes;
    const kept = keep && keptSession > 0;
    const fresh = {
      tokenHash: lookupHash(token),
      acr: authentication.acr,
      amr: [...authentication.amr],
      proofs: proven,
      authenticatedAt: now,
      lastSeenAt: now,
      kept,
      expiresAt: now + (kept ? keptSession : session),
      address: addressOf(request),
      userAgent: userAgentOf(request) ?? null,
      ...(origin && columnsOf(origin)),
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
      if (origin && (await this.upstreamSessions.hasEnded(tx, origin))) return false;
      speakTo(user, request);
      for (const other of others) if (!staying.includes(other)) await this.crowdOut(tx, other, now);
      if (before && (await this.store.renew(tx, before.id, fresh))) return true;
      await this.store.insert(tx, { ...fresh, id: newId(), userId, endedAt: null });
      await also?.(tx, user, now);
      return true;
    });
    if (!isOpen) return false;
    this.sessions.give(reply, fresh, staying, token);
    return true;
  }

  /** Ends the session of another account of this browser, for which there is no room any more. */
  private async crowdOut(tx: Transaction, { id, userId }: ActiveSession, now: number): Promise<void> {
    if (!(await this.sessionEnd.endOne(tx, id, userId, now))) return;
    await this.changes.record(tx, { event: 'session.ended', actor: `user:${userId}`, userId }, now);
  }
}

/** The sessions that were used last, in the order given. */
function latestUsed(sessions: readonly HeldSession[], count: number): HeldSession[] {
  const latest = sessions.toSorted((left, right) => right.lastSeenAt - left.lastSeenAt).slice(0, count);
  return sessions.filter((session) => latest.includes(session));
}

/** Each method once, and once for each upstream, with when it was last proven, in the order in which they were first proven. */
function latestProofs(proofs: readonly Proof[]): Proof[] {
  const latest = new Map<string, Proof>();
  for (const proof of proofs) {
    const key = `${proof.method} ${proof.upstream ?? ''}`;
    latest.set(key, { ...proof, provenAt: Math.max(proof.provenAt, latest.get(key)?.provenAt ?? 0) });
  }
  return [...latest.values()];
}
