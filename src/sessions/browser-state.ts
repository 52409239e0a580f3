import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Cookies } from '../http/cookies.js';

/**
 * What a browser shows of its sign-in to the check_session_iframe (OIDC Session Management §3): a cookie that scripts of ours
 * read in pages of others, and that changes with every sign-in and sign-out. It is a hash of a hash, and opens nothing.
 */
@Injectable()
export class BrowserState {
  private readonly isOn: boolean;

  constructor(
    private readonly cookies: Cookies,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.isOn = settings.sessionManagement;
  }

  /** Somebody signed in: the browser's state is that of the new session token from now on. */
  change(reply: FastifyReply, tokenHash: string): void {
    if (this.isOn) this.cookies.set(reply, 'browser_state', stateOf(tokenHash));
  }

  /** Somebody signed out. */
  clear(reply: FastifyReply): void {
    if (this.isOn) this.cookies.clear(reply, 'browser_state');
  }

  /**
   * The state of a browser with a live session; its cookie is put right when it says anything else.
   * @returns undefined when session management is off
   */
  ensure(request: FastifyRequest, reply: FastifyReply, tokenHash: string): string | undefined {
    if (!this.isOn) return undefined;
    const state = stateOf(tokenHash);
    if (this.cookies.read(request, 'browser_state') !== state) this.change(reply, tokenHash);
    return state;
  }
}

const stateOf = (tokenHash: string): string => lookupHash(`browser state ${tokenHash}`);
