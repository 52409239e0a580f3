import type { CookieSerializeOptions } from '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';

/** The cookies of sessions: that of the current one first, then those of the other accounts of the browser. */
export const sessionCookieNames = ['session', 'session_2', 'session_3', 'session_4', 'session_5'] as const;

/**
 * The cookies of Eyrie: the sessions, the browser, the known device, the language and the upstream that were chosen, what the next page says of
 * what was just done, and the browser state that the check_session_iframe compares.
 */
export type CookieName =
  | (typeof sessionCookieNames)[number]
  | 'browser'
  | 'device'
  | 'language'
  | 'notice'
  | 'upstream'
  | 'browser_state';

/**
 * Cookies with the strictest attributes that work: HttpOnly, SameSite=Lax, and under https Secure with the `__Host-` prefix (`__Secure-` and its path if the issuer has one). Only
 * the browser state is readable by scripts, in frames of other sites: browsers accept SameSite=None under https only.
 *
 * HEAD gets an answer as if nobody were signed in, and changes no cookie. Fastify runs the handler of GET for it, which may issue a code
 * or sign out, and "the server MUST NOT send content" (RFC 9110 §9.3.2), so that what was issued would be lost.
 */
@Injectable()
export class Cookies {
  private readonly secure: boolean;
  private readonly path: string;
  /** What responses change, by their request: the rest of its work reads it as the browser's next request will have it. */
  private readonly changed = new WeakMap<FastifyRequest, Map<CookieName, string | undefined>>();

  constructor(@Inject(SETTINGS) { origin, issuerPath }: Settings) {
    this.secure = origin.startsWith('https:');
    this.path = issuerPath || '/';
  }

  read(request: FastifyRequest, name: CookieName): string | undefined {
    if (actsForNobody(request)) return undefined;
    const changes = this.changed.get(request);
    return changes?.has(name) ? changes.get(name) : request.cookies[this.fullName(name)] || undefined;
  }

  /** @param maxAge seconds; without it the cookie lasts as long as the browser runs */
  set(reply: FastifyReply, name: CookieName, value: string, maxAge?: number): void {
    if (actsForNobody(reply.request)) return;
    this.note(reply.request, name, value);
    reply.setCookie(this.fullName(name), value, {
      ...this.attributes(name),
      ...(maxAge === undefined ? {} : { maxAge }),
    });
  }

  clear(reply: FastifyReply, name: CookieName): void {
    if (actsForNobody(reply.request)) return;
    this.note(reply.request, name, undefined);
    reply.clearCookie(this.fullName(name), this.attributes(name));
  }

  /** The name that the browser uses. */
  fullName(name: CookieName): string {
    // A cookie with the prefix __Host- is for the whole host.
    const prefix = this.path === '/' ? '__Host-' : '__Secure-';
    return `${this.secure ? prefix : ''}eyrie_${name}`;
  }

  private note(request: FastifyRequest, name: CookieName, value: string | undefined): void {
    const changes = this.changed.get(request) ?? new Map<CookieName, string | undefined>();
    this.changed.set(request, changes.set(name, value));
  }

  private attributes(name: CookieName): CookieSerializeOptions {
    const isForFrames = name === 'browser_state';
    return {
      path: this.path,
      httpOnly: !isForFrames,
      sameSite: isForFrames && this.secure ? 'none' : 'lax',
      secure: this.secure,
    };
  }
}

const actsForNobody = ({ method }: FastifyRequest): boolean => method === 'HEAD';
