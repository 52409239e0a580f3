import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { outageOf } from '../persistence/dialects/dialects.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
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

  /** @param row the client as its row has it: whether it is disabled is known there alone */
  private async findDescribed(
    clientId: string,
    row: RegisteredClient | undefined,
  ): Promise<RegisteredClient | undefined> {
    if (row && row.metadata.disabledAt !== null) return undefined;
    const described = this.documents.kept(clientId);
    return described ? new RegisteredClient(await this.scopes.withScopes(described), []) : row;
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
    return new RegisteredClient(await this.scopes.withScopes(client), await this.store.secretsOf(clientId));
  }
}
