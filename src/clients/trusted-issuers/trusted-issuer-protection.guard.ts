import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { TrustedIssuersStore } from '../../persistence/stores/trusted-issuers.store.js';
import { tokenOf } from '../../resource/admin-api.js';
import { adminScope, isAdminScope } from '../../resource/rights.js';
import type { TrustedIssuerMembers } from './definition.js';

interface IssuerCall {
  readonly Body: { readonly name?: unknown; readonly clients?: unknown } | null | undefined;
}

/**
 * Whoever says which assertions count for a client can act as that client. So only administrators register issuers for clients that
 * have scopes of the admin API, or may be given them: those that do not exist yet, and those that an issuer may authenticate.
 */
@Injectable()
export class TrustedIssuerProtection implements CanActivate {
  constructor(
    private readonly clients: ClientsStore,
    private readonly issuers: TrustedIssuersStore,
  ) {}

  /** @throws ForbiddenException */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (tokenOf(context).scopes.has(adminScope.write)) return true;
    const { body } = context.switchToHttp().getRequest<FastifyRequest<IssuerCall>>();
    const present = typeof body?.name === 'string' ? await this.issuers.find(body.name) : null;
    const before = (present?.members as TrustedIssuerMembers | undefined)?.clients ?? [];
    for (const clientId of [...namesIn(body?.clients), ...before])
      if (await this.isProtected(clientId))
        throw new ForbiddenException(
          `only administrators can register issuers for ${clientId}: it administers, is authenticated by an issuer, or does not exist yet`,
        );
    return true;
  }

  private async isProtected(clientId: string): Promise<boolean> {
    const client = await this.clients.find(clientId);
    if (!client || client.eyrieFederatedIssuer !== null) return true;
    return client.scope.split(' ').some(isAdminScope);
  }
}

/** The body has not been validated yet. */
const namesIn = (clients: unknown): string[] =>
  Array.isArray(clients) ? clients.filter((one): one is string => typeof one === 'string') : [];
