import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { RegisteredClient } from './registered-client.js';

/** Milliseconds after which a change made by another process is seen. */
const freshFor = 1_000;

/** Finds clients by their id; a client in steady use is read once a second. */
@Injectable()
export class ClientDirectory {
  private readonly cache = new LRUCache<string, RegisteredClient>({
    max: 10_000,
    ttl: freshFor,
    fetchMethod: async (clientId) => this.load(clientId),
  });

  constructor(private readonly store: ClientsStore) {}

  /** The client, or undefined when it is unknown or disabled. */
  async find(clientId: string): Promise<RegisteredClient | undefined> {
    const client = this.cache.get(clientId) ?? (await this.fetch(clientId));
    return client?.metadata.disabledAt === null ? client : undefined;
  }

  /** Makes a change of this process visible at once. */
  forget(clientId: string): void {
    this.cache.delete(clientId);
  }

  /** `forget` breaks off a reading that is under way, since it may have seen the client before its change: it is read again. */
  private async fetch(clientId: string): Promise<RegisteredClient | undefined> {
    return this.cache.fetch(clientId).catch(() => this.load(clientId));
  }

  private async load(clientId: string): Promise<RegisteredClient | undefined> {
    const client = await this.store.find(clientId);
    return client ? new RegisteredClient(client, await this.store.secretsOf(clientId)) : undefined;
  }
}
