import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../persistence/database.js';
import { type GrantContext, newGrant } from '../../persistence/entities/grant-columns.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';

const grantType = 'client_credentials';

/** A revocation by another process is seen after this time. */
const cacheTtlMilliseconds = 1_000;

interface CachedGrant {
  readonly grant: GrantContext;
  /** The store's count of revocations when the grant was read. */
  readonly revocations: number;
}

/**
 * The grant behind the tokens of a client that acts for itself. All its tokens share one grant, so that issuing a token writes no
 * grant. It can be revoked like any other. After that, the next token gets a new grant.
 */
@Injectable()
export class StandingGrants {
  private readonly cache = new LRUCache<string, CachedGrant>({ max: 10_000, ttl: cacheTtlMilliseconds });

  constructor(
    private readonly grants: GrantsStore,
    private readonly database: Database,
  ) {}

  async findOrCreate(clientId: string, now: number): Promise<GrantContext> {
    const known = this.cache.get(clientId);
    if (known && known.revocations === this.grants.revocations) return known.grant;
    const { revocations } = this.grants;
    const grant = (await this.grants.findStanding(clientId, grantType)) ?? (await this.create(clientId, now));
    this.cache.set(clientId, { grant, revocations });
    return grant;
  }

  private async create(clientId: string, now: number): Promise<GrantContext> {
    const grant = newGrant({ grantType, clientId, offline: true, createdAt: now });
    await this.database.write((tx) => this.grants.insert(tx, grant));
    return grant;
  }
}
