import type { CookieSerializeOptions } from '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';

/** The cookies that we set: the signed-in session, the browser itself, and the devices somebody signed in on. */
export type CookieName = 'session' | 'browser' | 'device';

/** Cookies with the strictest attributes that work: HttpOnly, SameSite=Lax, and under https Secure with the `__Host-` prefix. */
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
      ...this.attributes(),
      ...(maxAge === undefined ? {} : { maxAge }),
    });
  }

  clear(reply: FastifyReply, name: CookieName): void {
    reply.clearCookie(this.fullName(name), this.attributes());
  }

  private fullName(name: CookieName): string {
    return `${this.secure ? '__Host-' : ''}eyrie_${name}`;
  }

  private attributes(): CookieSerializeOptions {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.secure };
  }
}
