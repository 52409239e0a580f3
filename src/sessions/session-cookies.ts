import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Cookies, sessionCookieNames } from '../http/cookies.js';

/** What the cookie of a session depends on. */
export interface CookieSession {
  readonly tokenHash: string;
  /** The cookie outlasts the browser only then. */
  readonly kept: boolean;
  readonly expiresAt: number;
}

/**
 * The cookies of the sessions of a browser, one for each: that of the current session, and those of its other accounts. What they name
 * may have ended.
 */
@Injectable()
export class SessionCookies {
  constructor(
    private readonly cookies: Cookies,
    private readonly clock: Clock,
  ) {}

  /** The token hash of the current session. */
  currentHash(request: FastifyRequest): string | undefined {
    const token = this.cookies.read(request, 'session');
    return token === undefined ? undefined : lookupHash(token);
  }

  /** The token hashes of all sessions, the current one first. */
  hashes(request: FastifyRequest): string[] {
    return this.tokens(request).map(lookupHash);
  }

  /** Whether there is a session beside the current one. */
  hasOthers(request: FastifyRequest): boolean {
    const [, ...others] = sessionCookieNames;
    return others.some((name) => this.cookies.read(request, name) !== undefined);
  }

  /**
   * Gives the browser these sessions, and takes all others from it.
   * @param token of the current session, if it is new; the browser has those of all others
   */
  write(reply: FastifyReply, current: CookieSession, others: readonly CookieSession[], token?: string): void {
    const tokens = new Map(this.tokens(reply.request).map((known) => [lookupHash(known), known]));
    if (token !== undefined) tokens.set(current.tokenHash, token);
    const sessions = [current, ...others];
    for (const [index, name] of sessionCookieNames.entries()) {
      const session = sessions[index];
      const value = session && tokens.get(session.tokenHash);
      if (this.cookies.read(reply.request, name) === value) continue;
      if (session && value !== undefined)
        this.cookies.set(reply, name, value, session.kept ? session.expiresAt - this.clock.now() : undefined);
      else this.cookies.clear(reply, name);
    }
  }

  /** Takes a session from the browser. */
  remove(reply: FastifyReply, tokenHash: string): void {
    for (const name of sessionCookieNames) {
      const token = this.cookies.read(reply.request, name);
      if (token !== undefined && lookupHash(token) === tokenHash) this.cookies.clear(reply, name);
    }
  }

  private tokens(request: FastifyRequest): string[] {
    return sessionCookieNames.flatMap((name) => this.cookies.read(request, name) ?? []);
  }
}
