import Csrf from '@fastify/csrf';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cookies } from './cookies.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';

/** The browser behind a request: what our forms and the interactions under way are bound to. */
@Injectable()
export class Browser {
  private readonly tokens = Csrf();

  /** Secrets given out in requests that are still being answered. */
  private readonly given = new WeakMap<FastifyRequest, string>();

  constructor(private readonly cookies: Cookies) {}

  /** What to bind an interaction to. */
  binding(request: FastifyRequest, reply: FastifyReply): string {
    return lookupHash(this.ensure(request, reply));
  }

  /** Whether the request comes from the browser of that binding. */
  isBoundTo(request: FastifyRequest, binding: string): boolean {
    const secret = this.cookies.read(request, 'browser');
    return secret !== undefined && lookupHash(secret) === binding;
  }

  /** The token for the `_csrf` field of a form that this browser is about to see. */
  csrfToken(request: FastifyRequest, reply: FastifyReply): string {
    return this.tokens.create(this.ensure(request, reply));
  }

  hasCsrfToken(request: FastifyRequest, token: string | undefined): boolean {
    const secret = this.cookies.read(request, 'browser');
    return secret !== undefined && token !== undefined && this.tokens.verify(secret, token);
  }

  /** The browser's secret, given to it now when it has none. */
  private ensure(request: FastifyRequest, reply: FastifyReply): string {
    const known = this.cookies.read(request, 'browser') ?? this.given.get(request);
    if (known !== undefined) return known;
    const secret = generateOpaqueToken();
    this.given.set(request, secret);
    this.cookies.set(reply, 'browser', secret);
    return secret;
  }
}
