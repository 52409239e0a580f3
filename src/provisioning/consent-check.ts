import { Injectable } from '@nestjs/common';
import { clientProblem, scopeProblem } from '../consent/organizations/consentable.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { Configuration } from './configuration-file.js';
import type { Intention, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

type Known = Pick<Client, 'scope' | 'registrationTokenHash' | 'documentFetchedAt'>;

/** Checks what a configuration allows clients in place of the members of organizations. */
@Injectable()
export class ConsentCheck implements PartCheck {
  constructor(private readonly clients: ClientsStore) {}

  async problems(configuration: Configuration, intention: Intention): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [index, { consents = [] }] of configuration.organizations.entries()) {
      const earlier = new Set<string>();
      for (const [place, { client_id: clientId, scope }] of consents.entries()) {
        const refuse = (member: string, reason: string): void =>
          void problems.push({ path: ['organizations', index, 'consents', place, member], reason });
        if (earlier.has(clientId)) refuse('client_id', 'is repeated');
        earlier.add(clientId);
        const client = await this.clientAfter(clientId, configuration, intention);
        const problem = client ? clientProblem(client) : 'is not the client_id of a client';
        if (problem !== undefined) refuse('client_id', problem);
        if (!client) continue;
        const reason = scopeProblem(scope, client, intention.resources.scopes);
        if (reason !== undefined) refuse('scope', reason);
      }
    }
    return problems;
  }

  /** The client once the file is applied. */
  private async clientAfter(
    clientId: string,
    { clients }: Configuration,
    { prune }: Intention,
  ): Promise<Known | undefined> {
    const present = await this.clients.find(clientId);
    const named = clients.find(({ client_id }) => client_id === clientId);
    if (!named) return prune.includes('clients') ? undefined : (present ?? undefined);
    const { registrationTokenHash = null, documentFetchedAt = null } = present ?? {};
    return { scope: named.scope ?? present?.scope ?? '', registrationTokenHash, documentFetchedAt };
  }
}
