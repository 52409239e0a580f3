import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Cookies } from '../http/cookies.js';
import { SessionCookies } from './session-cookies.js';

/**
 * The state of a browser for the check_session_iframe (OIDC Session Management §3): a cookie that our script reads when it is
 * embedded in the page of a client. It changes with every sign-in and sign-out, and not when another account becomes the current one:
 * clients whose users stay signed in would ask again and again. It is a hash of hashes and gives no access.
 */
@Injectable()
export class BrowserState {
  private readonly isOn: boolean;

  constructor(
    private readonly cookies: Cookies,
    private readonly sessionCookies: SessionCookies,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.isOn = settings.sessionManagement;
  }

  /** Follows the sessions of the browser, which have changed. */
  update(reply: FastifyReply): void {
    if (!this.isOn) return;
    const state = this.of(reply.request);
    if (state === undefined) this.cookies.clear(reply, 'browser_state');
    else this.cookies.set(reply, 'browser_state', state);
  }

  /**
   * The state of a browser with an active session. Corrects the cookie if it differs.
   * @returns undefined if session management is off
   */
  ensure(request: FastifyRequest, reply: FastifyReply): string | undefined {
    if (!this.isOn) return undefined;
    const state = this.of(request);
    if (this.cookies.read(request, 'browser_state') !== state) this.update(reply);
    return state;
  }

  private of(request: FastifyRequest): string | undefined {
    const hashes = this.sessionCookies.hashes(request);
    return hashes.length === 0 ? undefined : lookupHash(`browser state ${hashes.toSorted().join(' ')}`);
  }
}
