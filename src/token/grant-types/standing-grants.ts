import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../persistence/database.js';
import { type GrantContext, newGrant } from '../../persistence/entities/grant-columns.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';

const grantType = 'client_credentials';

/**
 * The grant behind a client's own tokens. It stands, so that issuing a token writes nothing, and it can be revoked like any other. After
 * a revocation, the next token creates a new one. Every token looks whether it has been revoked, in another process perhaps: clients
 * would use a token of a revoked grant, which no resource accepts, until it expires.
 */
@Injectable()
export class StandingGrants {
  private readonly known = new LRUCache<string, GrantContext>({ max: 10_000 });

  constructor(
    private readonly grants: GrantsStore,
    private readonly clients: ClientsStore,
    private readonly database: Database,
  ) {}

  async findOrCreate(clientId: string, now: number): Promise<GrantContext> {
    const known = this.known.get(clientId);
    if (known && (await this.grants.isUnrevoked(known.id))) return known;
    const grant = (await this.grants.findStanding(clientId, grantType)) ?? (await this.create(clientId, now));
    this.known.set(clientId, grant);
    return grant;
  }

  /** Of several requests at once, the first to hold the client creates the grant. The others find it. */
  private async create(clientId: string, now: number): Promise<GrantContext> {
    return this.database.write(async (tx) => {
      await this.clients.hold(tx, clientId);
      const found = await this.grants.findStandingIn(tx, clientId, grantType);
      if (found) return found;
      const grant = newGrant({ grantType, clientId, offline: true, createdAt: now });
      await this.grants.insert(tx, grant);
      return grant;
    });
  }
}
