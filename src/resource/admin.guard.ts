import { BearerError, type BearerRequest } from '@eyrie/guard';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { UsersStore } from '../persistence/stores/users.store.js';

const SCOPES = 'eyrie:admin-scopes';

/** Names the scopes of an operation: a token with one of them will do. */
export const AcceptScopes = (scopes: readonly string[]): MethodDecorator => SetMetadata(SCOPES, scopes);

/**
 * The second guard of the admin API, after the bearer guard: one of the operation's scopes is enough, and a person must be an
 * administrator now, not only when the token was issued.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly users: UsersStore,
  ) {}

  /** @throws BearerError insufficient_scope (RFC 6750 §3.1) */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { accessToken: token } = context.switchToHttp().getRequest<BearerRequest>();
    const accepted = this.reflector.get<readonly string[] | undefined>(SCOPES, context.getHandler());
    if (!token || !accepted)
      throw new Error(`${context.getHandler().name} lacks a decorator of the admin API`);

    const refuse = (description: string): BearerError => {
      const challenge = `Bearer realm="eyrie", error="insufficient_scope", error_description="${description}", scope="${accepted[0]}"`;
      const refusal = new BearerError('insufficient_scope', description, { status: 403, challenge });
      context.switchToHttp().getResponse<FastifyReply>().headers(refusal.headers);
      return refusal;
    };
    if (!accepted.some((scope) => token.scopes.has(scope)))
      throw refuse(`This operation needs the scope ${accepted.join(' or ')}`);
    if (token.subject === token.clientId) return true;
    const user = await this.users.find(token.subject);
    if (!user?.administrator || user.disabledAt !== null)
      throw refuse('The resource owner is not an administrator');
    return true;
  }
}
