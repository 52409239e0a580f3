import { Injectable } from '@nestjs/common';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { SessionClientsStore } from '../persistence/stores/session-clients.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { ConsentRecords, type Decision } from './consent-records.js';

/** What is written with a grant of a resource owner. */
export interface GivenGrant {
  readonly grant: Grant;
  /** What they decided just now, so that it is remembered; absent where nobody was asked. */
  readonly decision?: Decision;
  /** Where the client is to be notified when the session ends: when the session ends by itself. */
  readonly sessionExpiresAt?: number;
}

/** Writes the grants that resource owners give. */
@Injectable()
export class GrantRecords {
  constructor(
    private readonly grants: GrantsStore,
    private readonly consents: ConsentRecords,
    private readonly sessionClients: SessionClientsStore,
  ) {}

  /** In the transaction that writes what is issued for the grant. */
  async give(tx: Transaction, { grant, decision, sessionExpiresAt }: GivenGrant): Promise<void> {
    if (decision) await this.consents.remember(tx, decision, grant.createdAt);
    await this.grants.insert(tx, grant);
    const { sessionId, clientId } = grant;
    if (sessionId !== null && sessionExpiresAt !== undefined)
      await this.sessionClients.note(tx, { sessionId, clientId, expiresAt: sessionExpiresAt });
  }
}
