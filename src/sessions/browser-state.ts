import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Cookies } from '../http/cookies.js';

/**
 * The state of a browser for the check_session_iframe (OIDC Session Management §3): a cookie that our script reads when it is
 * embedded in the page of a client. It changes with every sign-in and sign-out. It is a hash of a hash and gives no access.
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

  /** Sets the state after a sign-in, from the hash of the new session token. */
  change(reply: FastifyReply, tokenHash: string): void {
    if (this.isOn) this.cookies.set(reply, 'browser_state', stateOf(tokenHash));
  }

  /** Clears the state after a sign-out. */
  clear(reply: FastifyReply): void {
    if (this.isOn) this.cookies.clear(reply, 'browser_state');
  }

  /**
   * The state of a browser with an active session. Corrects the cookie if it differs.
   * @returns undefined if session management is off
   */
  ensure(request: FastifyRequest, reply: FastifyReply, tokenHash: string): string | undefined {
    if (!this.isOn) return undefined;
    const state = stateOf(tokenHash);
    if (this.cookies.read(request, 'browser_state') !== state) this.change(reply, tokenHash);
    return state;
  }
}

const stateOf = (tokenHash: string): string => lookupHash(`browser state ${tokenHash}`);
