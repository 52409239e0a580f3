import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AssertionPoliciesStore } from '../persistence/stores/assertion-policies.store.js';
import { ClientManagersStore } from '../persistence/stores/client-managers.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { OrganizationConsentsStore } from '../persistence/stores/organization-consents.store.js';
import { backchannelGrantType } from '../protocol/client-metadata.js';
import { administratorMembers } from '../protocol/client-metadata/members.js';
import { tokenOf } from '../resource/admin-api.js';
import { limitedUser } from '../resource/in-process-verifier.js';
import { adminScopeNames, readScope, writeScope } from '../resource/rights.js';
import { unknownClient } from './client-refusals.js';

interface ClientCall {
  readonly Params: { readonly client_id?: string };
  readonly Body: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Lets client managers see and change only the clients that they manage, without what only administrators decide, and none that an
 * administrator trusts, altogether or in place of the members of an organization. A client with assertion policies is changed by those who may change these. Nobody gives a client scopes of the admin API that they do not have themselves, or changes a client that has them.
 */
@Injectable()
export class ClientProtection implements CanActivate {
  constructor(
    private readonly clients: ClientsStore,
    private readonly managers: ClientManagersStore,
    private readonly policies: AssertionPoliciesStore,
    private readonly consents: OrganizationConsentsStore,
  ) {}

  /**
   * @throws ForbiddenException
   * @throws NotFoundException for a client that a client manager does not manage
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { method, params, body } = context.switchToHttp().getRequest<FastifyRequest<ClientCall>>();
    const isRead = method === 'GET';
    const token = tokenOf(context);
    const clientId = params.client_id;
    const user = limitedUser(token, isRead ? readScope('clients') : writeScope('clients'));
    if (clientId !== undefined && user !== undefined && !(await this.managers.manages(user, clientId)))
      throw unknownClient(clientId);
    if (isRead) return true;
    const entrusted = administratorMembers.find((name) => body?.[name] !== undefined);
    if (user !== undefined && entrusted !== undefined)
      throw new ForbiddenException(`client managers cannot set ${entrusted}`);
    if (!holds(token.scopes, scopesIn(body?.scope)))
      throw new ForbiddenException('only somebody who has a scope of the admin API can give it to a client');
    const client = clientId === undefined ? null : await this.clients.find(clientId);
    // Whoever changes where it redirects to has what people give it unasked.
    if (
      user !== undefined &&
      client &&
      (client.skipConsent || (await this.consents.existFor(client.clientId)))
    )
      throw new ForbiddenException('only administrators can change a client that they trust');
    if (
      user !== undefined &&
      asksPeople(body?.grant_types) &&
      !client?.grantTypes.includes(backchannelGrantType)
    )
      throw new ForbiddenException('only administrators let a client ask people who are not in its browser');
    const named = clientId ?? (typeof body?.client_id === 'string' ? body.client_id : undefined);
    if (
      !token.scopes.has(writeScope('issuers')) &&
      named !== undefined &&
      (await this.policies.existFor(named))
    )
      throw new ForbiddenException(
        'assertion policies vouch for people to this client; only somebody who may change them can change it',
      );
    if (client && !holds(token.scopes, scopesIn(client.scope)))
      throw new ForbiddenException(
        'the client has scopes of the admin API; only somebody who has them can change it',
      );
    return true;
  }
}

/** Whether the grant types are those of a client that asks people on its own (CIBA Core). */
const asksPeople = (grantTypes: unknown): boolean =>
  Array.isArray(grantTypes) && grantTypes.includes(backchannelGrantType);

/** The body has not been validated yet. */
const scopesIn = (scope: unknown): string[] => (typeof scope === 'string' ? scope.split(' ') : []);

const holds = (own: ReadonlySet<string>, scopes: readonly string[]): boolean =>
  scopes.every((scope) => !adminScopeNames.includes(scope) || own.has(scope));
