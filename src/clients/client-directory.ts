import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { ClientSecret } from '../persistence/entities/client-secret.entity.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { outageOf } from '../persistence/dialects/dialects.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { clientUnderProfile } from './client-columns.js';
import { ClientReach } from './client-reach.js';
import { ClientDocuments } from './documents/client-documents.js';
import { RegisteredClient } from './registered-client.js';
import { RegistrableScopes } from './registrable-scopes.js';

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 1_000;

/** Finds clients by client_id. A client in steady use is read from the database once a second. */
@Injectable()
export class ClientDirectory {
  private readonly cache = new LRUCache<string, RegisteredClient>({
    max: 10_000,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async (clientId) => this.load(clientId),
  });

  constructor(
    private readonly store: ClientsStore,
    private readonly scopes: RegistrableScopes,
    private readonly documents: ClientDocuments,
    private readonly reach: ClientReach,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'profile'>,
  ) {}

  /**
   * The client; undefined if it is unknown or disabled. Nothing is fetched: a client that a document describes is known once
   * `ClientDiscovery` has learned of it.
   */
  async find(clientId: string): Promise<RegisteredClient | undefined> {
    const client = this.cache.get(clientId) ?? (await this.fetch(clientId));
    if (client && !client.isDescribed) return client.metadata.disabledAt === null ? client : undefined;
    return this.documents.allows(clientId) ? this.findDescribed(clientId, client) : undefined;
  }

  /** The client as it is now: what another process changed within the last second counts, too. */
  async findAnew(clientId: string): Promise<RegisteredClient | undefined> {
    this.forget(clientId);
    return this.find(clientId);
  }

  /** @param row the client as its row has it: whether it is disabled is known there alone */
  private async findDescribed(
    clientId: string,
    row: RegisteredClient | undefined,
  ): Promise<RegisteredClient | undefined> {
    if (row && row.metadata.disabledAt !== null) return undefined;
    const described = this.documents.kept(clientId);
    return described ? this.registered(described, []) : row;
  }

  /** Makes a change by this process visible at once. */
  forget(clientId: string): void {
    this.cache.delete(clientId);
  }

  /** `forget` aborts a load under way, which may have begun before the change: the client is loaded again. */
  private async fetch(clientId: string): Promise<RegisteredClient | undefined> {
    return this.cache.fetch(clientId).catch((error: unknown) => {
      if (outageOf(error) !== undefined) throw error;
      return this.load(clientId);
    });
  }

  private async load(clientId: string): Promise<RegisteredClient | undefined> {
    const client = await this.store.find(clientId);
    if (!client) return undefined;
    return this.registered(client, await this.store.secretsOf(clientId));
  }

  /** The client as it counts now, which its registration alone does not say. */
  private async registered(client: Client, secrets: readonly ClientSecret[]): Promise<RegisteredClient> {
    const counting = clientUnderProfile(await this.scopes.withScopes(client), this.settings.profile);
    return new RegisteredClient(counting, secrets, await this.reach.of(counting));
  }
}
