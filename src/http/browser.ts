import Csrf from '@fastify/csrf';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cookies } from './cookies.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';

/** Identifies the browser of a request by a secret in a cookie. Forms and interactions are bound to it. */
@Injectable()
export class Browser {
  private readonly tokens = Csrf();

  /** New secrets, by the request that is being answered. */
  private readonly given = new WeakMap<FastifyRequest, string>();

  constructor(private readonly cookies: Cookies) {}

  /** Whether the browser sent its secret. */
  isKnown(request: FastifyRequest): boolean {
    return this.cookies.read(request, 'browser') !== undefined;
  }

  /** The value that binds an interaction to this browser. */
  binding(request: FastifyRequest, reply: FastifyReply): string {
    return lookupHash(this.ensure(request, reply));
  }

  /** Whether the request comes from the browser with this binding. */
  isBoundTo(request: FastifyRequest, binding: string): boolean {
    const secret = this.cookies.read(request, 'browser');
    return secret !== undefined && lookupHash(secret) === binding;
  }

  /** The `_csrf` token of a form for this browser. */
  csrfToken(request: FastifyRequest, reply: FastifyReply): string {
    return this.tokens.create(this.ensure(request, reply));
  }

  hasCsrfToken(request: FastifyRequest, token: string | undefined): boolean {
    const secret = this.cookies.read(request, 'browser');
    return secret !== undefined && token !== undefined && this.tokens.verify(secret, token);
  }

  /** The browser's secret; a browser without one gets it with this response. */
  private ensure(request: FastifyRequest, reply: FastifyReply): string {
    const known = this.cookies.read(request, 'browser') ?? this.given.get(request);
    if (known !== undefined) return known;
    const secret = generateOpaqueToken();
    this.given.set(request, secret);
    this.cookies.set(reply, 'browser', secret);
    return secret;
  }
}
