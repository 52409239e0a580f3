import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { speakTo } from '../http/languages.js';
import { addressOf } from '../http/network.js';
import type { Session } from '../persistence/entities/session.entity.js';
import type { Page, PageRequest } from '../persistence/page.js';
import { type ActiveSession, type HeldSession, SessionsStore } from '../persistence/stores/sessions.store.js';
import { BrowserState } from './browser-state.js';
import { type CookieSession, SessionCookies } from './session-cookies.js';
import { SessionEnd } from './session-end.js';

/** A user who has proven who they are. */
export interface ProvenUser {
  readonly userId: string;
  /** The version of the credentials that the proof was checked against. */
  readonly credentialsVersion: number;
}

/** The last use of a session is recorded at most this often. */
const touchIntervalSeconds = 60;

/**
 * The sessions of users in browsers. They are stored in the database, so that they can be listed and ended from another browser. A browser
 * holds one for each of its accounts; the one that was signed in to or chosen last is the current one.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly store: SessionsStore,
    private readonly sessionEnd: SessionEnd,
    private readonly changes: Changes,
    private readonly cookies: SessionCookies,
    private readonly browserState: BrowserState,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The current session of the browser that sent this request, if it is active. */
  async current(request: FastifyRequest): Promise<ActiveSession | undefined> {
    const tokenHash = this.cookies.currentHash(request);
    return tokenHash === undefined ? undefined : this.use(tokenHash, request);
  }

  /** The active session with this token hash, if the browser holds it. */
  async find(request: FastifyRequest, tokenHash: string): Promise<ActiveSession | undefined> {
    return this.cookies.hashes(request).includes(tokenHash) ? this.use(tokenHash, request) : undefined;
  }

  /** Whether the session with this id is active, whichever browser holds it. */
  async isActive(id: string): Promise<boolean> {
    const now = this.clock.now();
    return this.store.isActive(id, now, this.idleSince(now));
  }

  /** The active sessions of the browser, one for each account, the current one first. */
  async held(request: FastifyRequest): Promise<HeldSession[]> {
    const now = this.clock.now();
    const held = await this.store.findHeld(this.cookies.hashes(request), now, this.idleSince(now));
    const current = held.find(({ tokenHash }) => tokenHash === this.cookies.currentHash(request));
    if (current) speakTo(current, request);
    return held;
  }

  /** The token hashes of all sessions of the browser. They may have ended. */
  hashes(request: FastifyRequest): string[] {
    return this.cookies.hashes(request);
  }

  /** Whether the browser has a cookie of another session than the current one; it may have ended. */
  mayHoldOthers(request: FastifyRequest): boolean {
    return this.cookies.hasOthers(request);
  }

  /** The token hash of the current session of the browser, which may have ended; undefined if there is none. */
  currentHash(request: FastifyRequest): string | undefined {
    return this.cookies.currentHash(request);
  }

  /**
   * Makes another account of the browser the current one.
   * @returns undefined if the browser does not hold this session, or it has ended
   */
  async makeCurrent(id: string, reply: FastifyReply): Promise<ActiveSession | undefined> {
    const held = await this.held(reply.request);
    const chosen = held.find((session) => session.id === id);
    if (!chosen) return undefined;
    this.give(
      reply,
      chosen,
      held.filter((session) => session !== chosen),
    );
    return chosen;
  }

  /**
   * Gives the browser these sessions, and takes all others from it.
   * @param token of the current one, if it is new
   */
  give(reply: FastifyReply, current: CookieSession, others: readonly CookieSession[], token?: string): void {
    this.cookies.write(reply, current, others, token);
    this.browserState.update(reply);
  }

  /** Signs out one account of this browser. */
  async close({ id, userId, tokenHash }: ActiveSession, reply: FastifyReply): Promise<void> {
    await this.end(id, userId, { name: `user:${userId}`, address: addressOf(reply.request) });
    this.take(tokenHash, reply);
  }

  /** Takes the cookie of a current session that has ended or expired before. */
  async forgetEnded(reply: FastifyReply): Promise<void> {
    const tokenHash = this.cookies.currentHash(reply.request);
    if (tokenHash !== undefined && !(await this.use(tokenHash, reply.request))) this.take(tokenHash, reply);
  }

  /**
   * Signs out all accounts of this browser.
   * @returns the ids of the sessions that have ended
   */
  async closeAll(reply: FastifyReply): Promise<string[]> {
    const held = await this.held(reply.request);
    for (const session of held) await this.close(session, reply);
    for (const tokenHash of this.cookies.hashes(reply.request)) this.take(tokenHash, reply);
    return held.map(({ id }) => id);
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

  /** A page of them. */
  async pageOfActive(userId: string, page: PageRequest): Promise<Page<Session>> {
    const now = this.clock.now();
    return this.store.pageOfActive(userId, page, now, this.idleSince(now));
  }

  /** This session, and those of its user that were used last, the last one first: so many at most. */
  async lastUsed({ id, userId }: ActiveSession, limit: number): Promise<Session[]> {
    const now = this.clock.now();
    return this.store.lastUsed(userId, id, limit, now, this.idleSince(now));
  }

  private take(tokenHash: string, reply: FastifyReply): void {
    this.cookies.remove(reply, tokenHash);
    this.browserState.update(reply);
  }

  private async use(tokenHash: string, request: FastifyRequest): Promise<ActiveSession | undefined> {
    const now = this.clock.now();
    const session = await this.store.findActive(tokenHash, now, this.idleSince(now));
    if (!session) return undefined;
    if (now - session.lastSeenAt >= touchIntervalSeconds) await this.store.touch(session.id, now);
    speakTo(session, request);
    return session;
  }

  private idleSince(now: number): number {
    return now - this.settings.lifetimes.sessionIdle;
  }
}
