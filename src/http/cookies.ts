import type { CookieSerializeOptions } from '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';

/**
 * The cookies that we set: the signed-in session, the browser itself, the devices somebody signed in on, and what the
 * check_session_iframe compares.
 */
export type CookieName = 'session' | 'browser' | 'device' | 'browser_state';

/**
 * Cookies with the strictest attributes that work: HttpOnly, SameSite=Lax, and under https Secure with the `__Host-` prefix. The
 * browser state alone is for scripts, in frames of other sites: browsers take SameSite=None under https only.
 */
@Injectable()
export class Cookies {
  private readonly secure: boolean;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.secure = settings.issuer.startsWith('https:');
  }

  read(request: FastifyRequest, name: CookieName): string | undefined {
    return request.cookies[this.fullName(name)] || undefined;
  }

  /** @param maxAge seconds; without it the cookie ends with the browser */
  set(reply: FastifyReply, name: CookieName, value: string, maxAge?: number): void {
    reply.setCookie(this.fullName(name), value, {
      ...this.attributes(name),
      ...(maxAge === undefined ? {} : { maxAge }),
    });
  }

  clear(reply: FastifyReply, name: CookieName): void {
    reply.clearCookie(this.fullName(name), this.attributes(name));
  }

  /** As the browser knows it. */
  fullName(name: CookieName): string {
    return `${this.secure ? '__Host-' : ''}eyrie_${name}`;
  }

  private attributes(name: CookieName): CookieSerializeOptions {
    const isForFrames = name === 'browser_state';
    return {
      path: '/',
      httpOnly: !isForFrames,
      sameSite: isForFrames && this.secure ? 'none' : 'lax',
      secure: this.secure,
    };
  }
}
