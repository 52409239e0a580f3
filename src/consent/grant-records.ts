import { Injectable } from '@nestjs/common';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { SessionClientsStore } from '../persistence/stores/session-clients.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { ConsentRecords, type Decision } from './consent-records.js';

/** A grant of a resource owner, and what is written together with it. */
export interface GivenGrant {
  readonly grant: Grant;
  /** The resource owner's decision, to be remembered; absent if they were not asked. */
  readonly decision?: Decision;
  /** When the session expires; absent if the client is not notified of the end of the session. */
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

  /** Writes the grant, in the transaction that writes what is issued for it. */
  async give(tx: Transaction, { grant, decision, sessionExpiresAt }: GivenGrant): Promise<void> {
    if (decision) await this.consents.remember(tx, decision, grant.createdAt);
    await this.grants.insert(tx, grant);
    const { sessionId, clientId } = grant;
    if (sessionId !== null && sessionExpiresAt !== undefined)
      await this.sessionClients.note(tx, { sessionId, clientId, expiresAt: sessionExpiresAt });
  }
}
