import { Injectable } from '@nestjs/common';
import { nameAmong } from '../clients/client-texts.js';
import { Clock } from '../config/clock.js';
import { BackchannelRequestsStore } from '../persistence/stores/backchannel-requests.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { parseScope } from '../protocol/scope.js';
import type { AccountPage } from '../views/account-page-models.js';
import { NamedScopes } from './named-scopes.js';

/** The backchannel authentication requests that wait for somebody's decision, as the account page shows them. */
@Injectable()
export class WaitingRequests {
  constructor(
    private readonly requests: BackchannelRequestsStore,
    private readonly clients: ClientsStore,
    private readonly scopes: NamedScopes,
    private readonly clock: Clock,
  ) {}

  async of(userId: string): Promise<AccountPage['waiting']> {
    const requests = await this.requests.waitingFor(userId, this.clock.now());
    const names = await this.clients.names(requests.map(({ clientId }) => clientId));
    return Promise.all(
      requests.map(async ({ id, clientId, scope, bindingMessage, createdAt }) => ({
        id,
        clientName: nameAmong(names, clientId),
        scopes: await this.scopes.name(parseScope(scope)),
        ...(bindingMessage === null ? {} : { bindingMessage }),
        since: new Date(createdAt * 1000),
      })),
    );
  }
}
