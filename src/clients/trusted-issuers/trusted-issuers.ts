import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { TrustedIssuersStore } from '../../persistence/stores/trusted-issuers.store.js';
import { withinTime } from '../../persistence/time-limit.js';
import { issuerDefinitionOf, type LoadedIssuer, type TrustedIssuerMembers } from './definition.js';

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;
/** For the database, where what was read last will do. */
const maxWaitMilliseconds = 500;

/** The trusted issuers that are enabled. They are read when an assertion comes, and when the metadata is asked for. */
@Injectable()
export class TrustedIssuers {
  private readonly cache = new LRUCache<'all', readonly LoadedIssuer[]>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });

  private lastRead: readonly LoadedIssuer[] = [];
  /** By the monotonic clock. */
  private failedAt = -Infinity;

  constructor(private readonly store: TrustedIssuersStore) {}

  /** The policies of an issuer for a client, in the order in which they were registered. */
  async policiesFor(issuer: string, clientId: string): Promise<readonly LoadedIssuer[]> {
    return (await this.all()).filter((one) => one.issuer === issuer && one.clients.includes(clientId));
  }

  /** As they were read last, for what is answered while the database is away: the metadata. */
  async known(): Promise<readonly LoadedIssuer[]> {
    if (performance.now() - this.failedAt < cacheTtlMilliseconds) return this.lastRead;
    const failed = (): readonly LoadedIssuer[] => {
      this.failedAt = performance.now();
      return this.lastRead;
    };
    return withinTime(maxWaitMilliseconds, this.all(), failed).catch(failed);
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  async all(): Promise<readonly LoadedIssuer[]> {
    // `forget` aborts a load under way, which may have begun before the change.
    const cached = await this.cache.fetch('all').catch(() => undefined);
    return cached ?? this.load();
  }

  private async load(): Promise<readonly LoadedIssuer[]> {
    this.lastRead = (await this.store.all())
      .filter(({ enabled }) => enabled)
      .map(({ id, name, members }) => ({
        ...issuerDefinitionOf(members as unknown as TrustedIssuerMembers),
        id,
        name,
      }));
    return this.lastRead;
  }
}
