import { Injectable } from '@nestjs/common';
import { nameAmong } from '../clients/client-texts.js';
import { Clock } from '../config/clock.js';
import { message, type Text, verbatim } from '../locales/message.js';
import type { TokenUse } from '../persistence/entities/token-use.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { TokenUsesStore } from '../persistence/stores/token-uses.store.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { nameOf } from '../resource/resource-translations.js';
import type { AccountPage, AgentUse } from '../views/account-page-models.js';

/** Uses of an agent that the page shows; the download of one's data has all. */
const maxShownUses = 10;

type Names = Awaited<ReturnType<ClientsStore['names']>>;

/** The agents of somebody, and what they did lately, as the account page shows them. */
@Injectable()
export class AgentsInSight {
  constructor(
    private readonly grants: GrantsStore,
    private readonly uses: TokenUsesStore,
    private readonly clients: ClientsStore,
    private readonly catalogue: ResourceCatalogue,
    private readonly clock: Clock,
  ) {}

  async of(userId: string): Promise<AccountPage['agents']> {
    const active = await this.grants.agentsOf(userId, this.clock.now());
    const clientIds = [...new Set([...active, ...(await this.uses.agentsOf(userId))])];
    if (clientIds.length === 0) return [];
    const latest = await Promise.all(
      clientIds.map((clientId) => this.uses.latest(userId, clientId, maxShownUses)),
    );
    const askers = latest.flat().flatMap(({ askedBy }) => askedBy ?? []);
    const names = await this.clients.names([...new Set([...clientIds, ...askers])]);
    const resources = await this.resourceNames();
    return clientIds.map((clientId, index) => ({
      clientId,
      clientName: nameAmong(names, clientId),
      isStopped: !active.includes(clientId),
      uses: (latest[index] ?? []).map((use) => shownUse(use, names, resources)),
    }));
  }

  private async resourceNames(): Promise<ReadonlyMap<string, Text>> {
    const all = await this.catalogue.all();
    return new Map(all.map((resource) => [resource.identifier, nameOf(resource)]));
  }
}

function shownUse(use: TokenUse, names: Names, resources: ReadonlyMap<string, Text>): AgentUse {
  const resource = resources.get(use.resource) ?? verbatim(use.resource);
  return { words: wordsOf(use, names, resource), count: use.uses, last: new Date(use.lastAt * 1000) };
}

function wordsOf({ kind, askedBy }: TokenUse, names: Names, resource: Text): Text {
  const service = askedBy === null ? verbatim('') : nameAmong(names, askedBy);
  if (kind === 'issued') return message('account.agentIssued', { resource });
  if (kind === 'introspected') return message('account.agentIntrospected', { resource, service });
  return message('account.agentExchanged', { resource, service });
}
