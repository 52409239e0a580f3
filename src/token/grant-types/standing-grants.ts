import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../persistence/database.js';
import { newId } from '../../persistence/id.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';

const grantType = 'client_credentials';

/** Milliseconds after which a revocation by another process is seen. */
const freshFor = 1_000;

interface Standing {
  readonly grantId: string;
  readonly revocations: number;
}

/**
 * The grant behind a client's own tokens: one that stands, so that issuing a token writes nothing, and that can be revoked
 * like any other. After a revocation the next token begins a new one.
 */
@Injectable()
export class StandingGrants {
  private readonly cache = new LRUCache<string, Standing>({ max: 10_000, ttl: freshFor });

  constructor(
    private readonly grants: GrantsStore,
    private readonly database: Database,
  ) {}

  async of(clientId: string, now: number): Promise<string> {
    const known = this.cache.get(clientId);
    if (known && known.revocations === this.grants.revocations) return known.grantId;
    const { revocations } = this.grants;
    const grantId =
      (await this.grants.findStanding(clientId, grantType)) ?? (await this.begin(clientId, now));
    this.cache.set(clientId, { grantId, revocations });
    return grantId;
  }

  private async begin(clientId: string, now: number): Promise<string> {
    const id = newId();
    await this.database.write((tx) =>
      this.grants.insert(tx, {
        id,
        grantType,
        clientId,
        userId: null,
        sessionId: null,
        scope: '',
        resources: null,
        offline: true,
        authTime: null,
        acr: null,
        amr: null,
        claims: null,
        createdAt: now,
        expiresAt: null,
        revokedAt: null,
        revokedReason: null,
      }),
    );
    return id;
  }
}
